"""job.py MANIFEST DATA NEVER: does what Kubernetes does with an Indexed Job and its pod failure policy.

Each index runs the container's arguments, with DATA in place of the volume mounted at /data. Indexes
that are given up are noted as files of NEVER; ends with 1 when the Job fails as a whole.
"""

import os
import subprocess
import sys

import yaml

manifest, data, never = sys.argv[1:]
with open(manifest) as file:
    spec = yaml.safe_load(file)["spec"]
(container,) = spec["template"]["spec"]["containers"]


def action(code):
    for rule in spec["podFailurePolicy"]["rules"]:
        codes = rule.get("onExitCodes")
        if codes and codes["containerName"] == container["name"] and (code in codes["values"]) == (codes["operator"] == "In"):
            return rule["action"]
    return "Count"


for index in range(spec["completions"]):
    arguments = [a.replace("$(JOB_COMPLETION_INDEX)", str(index)).replace("/data", data) for a in container["args"]]
    for _ in range(spec["backoffLimitPerIndex"] + 1):
        code = subprocess.call(["trackersync", *arguments])
        done = code == 0 or action(code)
        if done == "FailJob":
            sys.exit(f"the Job has failed: index {index} ended with {code}")
        if done != "Count":
            break
    if done is not True:
        with open(os.path.join(never, str(index)), "w") as file:
            file.write(f"{code}\n")
