"""What one of the Python readers, or gpsbabel, tells of activities: see check.py.

Usage: read.py READER FILE...
"""
import json
import re
import subprocess
import sys
from pathlib import Path

# Our name of a value, and the field of the session that tells it.
FIELDS = {
    "elapsed": "total_elapsed_time",
    "timer": "total_timer_time",
    "distance": "total_distance",
    "average_speed": "enhanced_avg_speed",
    "top_speed": "enhanced_max_speed",
    "average_heart_rate": "avg_heart_rate",
    "highest_heart_rate": "max_heart_rate",
    "ascent": "total_ascent",
}


def values(session, laps, stops):
    found = {name: session.get(field) for name, field in FIELDS.items()}
    found |= {"laps": laps, "pauses": stops - 1}
    return {name: value for name, value in found.items() if value is not None}


def garmin_fit_sdk(path):
    from garmin_fit_sdk import Decoder, Stream

    decoder = Decoder(Stream.from_file(path))
    messages, errors = decoder.read()
    if errors:
        raise errors[0]
    stops = [e for e in messages["event_mesgs"] if e["event_type"] == "stop_all"]
    (session,) = messages["session_mesgs"]
    return values(session, len(messages["lap_mesgs"]), len(stops))


def fitdecode(path):
    import fitdecode

    sessions, laps, stops = [], 0, 0
    with fitdecode.FitReader(path, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        for frame in (f for f in reader if f.frame_type == fitdecode.FIT_FRAME_DATA):
            fields = {f.name: f.value for f in frame.fields}
            laps += frame.name == "lap"
            stops += frame.name == "event" and fields["event_type"] == "stop_all"
            sessions += [fields] if frame.name == "session" else []
    (session,) = sessions
    return values(session, laps, stops)


def fitfile(path):
    import fitfile as library

    file = library.File(path)
    get = lambda kind: [m.fields for m in file[kind]]
    (session,) = get(library.MessageType.session)
    stops = [e for e in get(library.MessageType.event) if e["event_type"].name == "stop_all"]
    # It tells kilometres, km/h and times of day.
    seconds = lambda t: None if t is None else t.hour * 3600 + t.minute * 60 + t.second + t.microsecond / 1e6
    scaled = lambda name, factor: None if session.get(name) is None else session[name] * factor
    session |= {
        "total_elapsed_time": seconds(session["total_elapsed_time"]),
        "total_timer_time": seconds(session["total_timer_time"]),
        "total_distance": scaled("total_distance", 1000),
        "enhanced_avg_speed": scaled("avg_speed", 1 / 3.6),
        "enhanced_max_speed": scaled("max_speed", 1 / 3.6),
    }
    return values(session, len(get(library.MessageType.lap)), len(stops))


def gpsbabel(path):
    command = ["gpsbabel", "-i", "garmin_fit,allpoints=1", "-f", path, "-o", "gtrnctr", "-F", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    number = lambda pattern: [float(n) for n in re.findall(pattern, text, re.S)[:1]]
    found = {
        "elapsed": number(r"<TotalTimeSeconds>([\d.]+)"),
        "distance": number(r"<DistanceMeters>([\d.]+)") if "<LatitudeDegrees>" in text else [],
        "highest_heart_rate": number(r"<MaximumHeartRateBpm.*?<Value>(\d+)"),
    }
    return {name: value[0] for name, value in found.items() if value and value[0] > 0}


readers = {"garmin-fit-sdk": garmin_fit_sdk, "fitdecode": fitdecode, "fitfile": fitfile, "gpsbabel": gpsbabel}
read = readers[sys.argv[1]]
print(json.dumps({Path(path).name: read(path) for path in sys.argv[2:]}))
