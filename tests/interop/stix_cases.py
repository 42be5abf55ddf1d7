#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the published STIX cases through the batch modes: stix_cases.py PROGRAM. Prints TAP.

The cases and their driver are in $ACCORD_SHARED_DATA/stix (run_cases.py says the contract); without them every kind is skipped. A kind whose command the program does not have
is skipped too.
"""
import os
import pathlib
import subprocess
import sys

PROGRAM = os.path.abspath(sys.argv[1])
TIMEOUT_S = 600
KINDS = {
    "pattern": "pattern check",
    "match": "pattern match",
    "object": "validate",
    "id": "id",
    "selector": "selector",
}


def has_command(command):
    done = subprocess.run([PROGRAM, *command.split(), "--help"], capture_output=True, timeout=TIMEOUT_S, check=False)
    return done.returncode == 0


def run_kind(driver, kind, command):
    """The driver's last line, its whole output, and whether all passed."""
    done = subprocess.run([sys.executable, driver, kind, "--cmd", f"'{PROGRAM}' {command} --jsonl"], capture_output=True, text=True,
                          errors="replace", timeout=TIMEOUT_S, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return lines[-1] if lines else "no output", lines, done.returncode == 0


def main():
    driver = pathlib.Path(os.environ.get("ACCORD_SHARED_DATA", "")) / "stix" / "run_cases.py"
    print(f"1..{len(KINDS)}")
    failed = 0
    for number, (kind, command) in enumerate(KINDS.items(), 1):
        if not os.environ.get("ACCORD_SHARED_DATA") or not driver.is_file():
            print(f"ok {number} - {kind} # SKIP the published cases are not at hand")
        elif not has_command(command):
            print(f"ok {number} - {kind} # SKIP there is no command '{command}'")
        else:
            last, lines, passed = run_kind(driver, kind, command)
            failed += not passed
            print(f"{'ok' if passed else 'not ok'} {number} - {kind}: {last}")
            if not passed:
                print("\n".join("# " + line for line in lines))
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
