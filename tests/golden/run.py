#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the golden cases: run.py PROGRAM [CASE...], by their names or patterns of them. Prints TAP.

A case is a folder: `cmd` (a shell script, run in a copy of the folder, with $ACCORD the program and an empty state folder), `status` (0 when absent), and what
is expected: `stdout`, `stderr` (absent: not looked at). A line that begins with "~" is a regular expression for the whole line.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TIMEOUT_S = 120


def differs(expected, got):
    want, have = expected.splitlines(), got.splitlines()
    for number in range(max(len(want), len(have))):
        w = want[number] if number < len(want) else None
        h = have[number] if number < len(have) else None
        if w is None or h is None or not (re.fullmatch(w[1:], h) if w.startswith("~") else w == h):
            return f"line {number + 1}\n  want {w!r}\n  got  {h!r}"
    return None


def run_case(case, program):
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder) / "case"
        shutil.copytree(case, work)
        environment = {"PATH": os.environ["PATH"], "ACCORD": program, "HOME": folder, "XDG_DATA_HOME": folder + "/data",
                       "XDG_CONFIG_HOME": folder + "/config", "LC_ALL": "C", "NO_COLOR": "1",
                       "ACCORD_SHARED_DATA": os.environ.get("ACCORD_SHARED_DATA", "")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE", "GCOV_PREFIX"):
            if name in os.environ:
                environment[name] = os.environ[name]
        done = subprocess.run(["sh", "./cmd"], cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT_S, check=False)
    stdout, stderr = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    problems = []
    status = int((case / "status").read_text()) if (case / "status").exists() else 0
    if done.returncode != status:
        problems.append(f"status: want {status}, got {done.returncode}")
    for name, got in (("stdout", stdout), ("stderr", stderr)):
        if (case / name).exists():
            difference = differs((case / name).read_text(), got)
            if difference:
                problems.append(f"{name} {difference}")
    if problems:
        problems.append("stderr was: " + stderr[-2000:])
    return problems


def main():
    program = os.path.abspath(sys.argv[1])
    root = pathlib.Path(__file__).parent
    cases = sorted(p.parent for name in sys.argv[2:] or ["*"] for p in root.glob(name + "/cmd"))
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        problems = run_case(case, program)
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {case.name}")
        for problem in problems:
            print("\n".join("# " + line for line in problem.splitlines()))
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
