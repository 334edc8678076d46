"""Compares what independent readers tell of the activities of the fixtures with expected.json.

Usage: check.py BINARY FOLDER READER...   (started by `run`; FOLDER holds node_modules)
A reader answers with {file name: {value: number}}; a value that it does not know is not there. Times are
seconds, distances and ascents metres, speeds m/s, heart rates beats per minute.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FIXTURES = ["example", "b-takeout", "b-plus", "c-health", "n-native"]
# How far a reader may round, by value; gpsbabel works its values out of the records.
SLACK = {"elapsed": 1, "timer": 1, "distance": 0.6, "average_speed": 0.006, "top_speed": 0.006, "ascent": 0.5}
SLACK_GPSBABEL = {"elapsed": 31, "distance": 60}


def convert(binary, box):
    """Returns the activities of all fixtures, by file name."""
    files = {}
    for fixture in FIXTURES:
        out = box / fixture
        environment = {**os.environ, "TRACKERSYNC_STATE": str(box / "state.db")}
        command = [binary, "convert", str(ROOT / "fixtures" / fixture), "-o", str(out), "-q"]
        run = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL)
        if run.returncode not in (0, 3):
            sys.exit(f"{fixture}: the conversion ended with {run.returncode}")
        files |= {p.name: p for p in sorted(out.glob("import/activities/*/*.fit"))}
    return files


def ask(reader, folder, paths):
    """Lets a reader look at the files in a process of its own."""
    script = ["node", f"{folder}/read.mjs"] if reader in ("fit-file-parser", "sports-lib") else [sys.executable, str(HERE / "read.py")]
    run = subprocess.run([*script, reader, *map(str, paths)], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{reader}: {run.stderr.strip()[-2000:]}")
    # A reader may talk on standard output: the answer is the last line.
    return json.loads(run.stdout.strip().splitlines()[-1])


def differences(reader, expected, told):
    slack = SLACK | (SLACK_GPSBABEL if reader == "gpsbabel" else {})
    for name in sorted(expected.keys() | told.keys()):
        want, got = expected.get(name), told.get(name)
        if want is None or got is None:
            yield f"{name}: {'not expected' if want is None else 'not read'}"
            continue
        for value, number in got.items():
            right = want.get(value)
            # An application may add up what is not there to 0.
            if right is None and number == 0:
                continue
            if right is None or abs(number - right) > slack.get(value, 0):
                yield f"{name}: {value} {number}, expected {right}"


def main(binary, folder, readers):
    # Node looks for packages beside the script.
    shutil.copy(HERE / "read.mjs", folder)
    with tempfile.TemporaryDirectory() as box:
        files = convert(binary, Path(box))
        told = {reader: ask(reader, folder, files.values()) for reader in readers}
    if os.environ.get("READERS_BLESS"):
        (HERE / "expected.json").write_text(json.dumps(told[readers[0]], indent=1, sort_keys=True) + "\n")
    expected = json.loads((HERE / "expected.json").read_text())
    failed = 0
    for reader, values in told.items():
        wrong = list(differences(reader, expected, values))
        failed += len(wrong)
        compared = sum(map(len, values.values()))
        print(f"{reader}: {len(values)} activities, {compared} values, {len(wrong)} wrong")
        print(*(f"  {line}" for line in wrong), sep="\n", end="\n" if wrong else "")
        failed += compared == 0
    sys.exit(bool(failed))


main(sys.argv[1], sys.argv[2], sys.argv[3:])
