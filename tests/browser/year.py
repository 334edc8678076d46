"""year.py FOLDER - writes two years of an invented life as a small Fitbit export, the same each time."""
import json
import os
import sys
from datetime import date, timedelta

FIRST, DAYS = date(2022, 3, 5), 730
folder = os.path.join(sys.argv[1], "Takeout", "Fitbit", "Global Export Data")
os.makedirs(folder)


def write(name, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(rows, file)


def us(day):
    return day.strftime("%m/%d/%y")


days = [FIRST + timedelta(days=n) for n in range(DAYS)]
for start in range(0, DAYS, 30):
    month, name = days[start:start + 30], days[start].isoformat()
    # Steps are UTC; noon of an early zone and of a late one lie on the same date.
    write(f"steps-{name}.json", [{"dateTime": us(d) + " 12:00:00", "value": str(6000 + d.toordinal() * 37 % 6000)} for d in month])
    write(f"resting_heart_rate-{name}.json", [{"dateTime": us(d) + " 00:00:00", "value": {
        "date": us(d), "value": 55 + d.toordinal() % 9, "error": 6.0}} for d in month])
    write(f"weight-{name}.json", [{"logId": d.toordinal(), "weight": 170 + d.toordinal() % 7, "bmi": 24.0, "date": us(d),
                                   "time": "07:00:00", "source": "API"} for d in month[::3]])
    write(f"sleep-{name}.json", [{
        "logId": d.toordinal(), "dateOfSleep": d.isoformat(), "startTime": (d - timedelta(days=1)).isoformat() + "T23:00:00.000",
        "endTime": d.isoformat() + "T06:30:00.000", "duration": 27000000, "minutesToFallAsleep": 0, "minutesAsleep": 380 + d.toordinal() % 40,
        "minutesAwake": 30, "minutesAfterWakeup": 0, "timeInBed": 450, "efficiency": 90, "type": "classic", "infoCode": 0,
        "levels": {"summary": {"restless": {"count": 5, "minutes": 20}, "awake": {"count": 1, "minutes": 10}, "asleep": {"count": 0, "minutes": 420}},
                   "data": [{"dateTime": (d - timedelta(days=1)).isoformat() + "T23:00:00.000", "level": "asleep", "seconds": 27000}]},
        "mainSleep": True} for d in month])
NAMES = [("Run", 90009), ("Walk", 90013), ("Outdoor Bike", 1071), ("Yoga", 52001), ("Something of my own", 999999)]
write("exercise-0.json", [{
    "logId": 10_000_000 + n, "activityName": NAMES[n % 5][0], "activityTypeId": NAMES[n % 5][1], "averageHeartRate": 120 + n % 40,
    "calories": 300, "duration": 2400000 + n * 1000, "activeDuration": 2400000 + n * 1000, "logType": "tracker",
    "startTime": us(d) + " 09:05:00", "originalStartTime": us(d) + " 09:05:00", "lastModified": us(d) + " 20:00:00",
    "distance": 5.0 + n % 5, "distanceUnit": "Kilometer"} for n, d in enumerate(days[::2])])
profile = os.path.join(sys.argv[1], "Takeout", "Fitbit", "Your Profile")
os.makedirs(profile)
with open(os.path.join(profile, "Profile.csv"), "w", encoding="utf-8") as file:
    file.write("id,timezone,weight_unit\nABC123,Europe/Paris,en_US\n")
