#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds with coverage, runs every test, and prints the lines covered in each room: coverage.py BUILD_FOLDER. Exit 1 below a floor."""
import json
import os
import pathlib
import subprocess
import sys

FLOORS = {"base": 95.0, "codec": 95.0, "stix": 95.0}
FLOOR_ALL = 85.0


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    if not (build / "build.ninja").exists():
        # The parse role keeps its rights here: it could not write its coverage otherwise.
        subprocess.run(["meson", "setup", build, "--buildtype=debug", "-Db_coverage=true", "-Dc_args=-DACCORD_COVERAGE"], check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", build, "--quiet"], check=True)
    tests = subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--quiet", "--timeout-multiplier=4"], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if tests.returncode:
        print("some tests failed; see", os.path.relpath(build / "meson-logs" / "testlog.txt"))
    report = build / "coverage.json"
    subprocess.run(["gcovr", "--root", ".", "--filter", "src/", "--json-summary", report, "--gcov-ignore-parse-errors", build],
                   check=True, stdout=subprocess.DEVNULL)
    rooms = {}
    for entry in json.loads(report.read_text())["files"]:
        room = entry["filename"].split("/")[1]
        covered, total = rooms.get(room, (0, 0))
        rooms[room] = (covered + entry["line_covered"], total + entry["line_total"])
    low = False
    for room, (covered, total) in sorted(rooms.items()):
        percent = 100.0 * covered / total
        below = percent < FLOORS.get(room, 0)
        low |= below
        print(f"{room:10} {percent:5.1f} %  of {total} lines{'  below its floor' if below else ''}")
    percent = 100.0 * sum(c for c, _ in rooms.values()) / sum(t for _, t in rooms.values())
    print(f"{'all':10} {percent:5.1f} %")
    return 1 if low or percent < FLOOR_ALL or tests.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
