#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""accord attribute --keep when its writing fails at any place, or the process is killed there or at any time: attribute_keep.py PROGRAM WORLD. Prints TAP.

A ceiling on the size of files (RLIMIT_FSIZE) stops the n-th kilobyte: with SIGXFSZ ignored as an error of a write, with its default as the end of the process in the middle of one. Then the same question once more must find all objects
of the answer kept, or none; and what the store knew before is as it was.
"""
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM, WORLD = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CASE = "campaign--00000000-0000-4000-8000-000000000080"
STEP = 10 * 1024  # a few pages of the store
TIMES = 20
KEEP = (PROGRAM, "attribute", "--db", "state", "--evidence", CASE, "--keep")
NOW = ("--now", "2030-01-01T00:00:00Z")


def fresh(work, whole):
    shutil.rmtree(work / "state", ignore_errors=True)
    shutil.copytree(whole, work / "state")


def kept_now(work):
    """How many objects of the answer were not there yet."""
    done = subprocess.run((*KEEP, *NOW), cwd=work, capture_output=True, timeout=60, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = re.search(rb"(\d+)", done.stdout.splitlines()[-1])
    assert found, done.stdout[-200:]
    return int(found.group(1))


def ranking(work):
    done = subprocess.run((PROGRAM, "attribute", "--db", "state", "--evidence", CASE, "--json"), cwd=work, capture_output=True, timeout=60, check=False)
    found = re.search(rb'"ranking":.*"gate"', done.stdout)
    assert found, done.stderr
    return found.group(0)


def run_below(work, ceiling, is_error):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN if is_error else signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ceiling, ceiling))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return subprocess.run((*KEEP, *NOW), cwd=work, capture_output=True, timeout=60, check=False, restore_signals=False, preexec_fn=limit)


def below_any_ceiling(work, whole, want, before, is_error):
    absent = kept = 0
    for ceiling in range(STEP, 4096 * 1024, STEP):
        fresh(work, whole)
        done = run_below(work, ceiling, is_error)
        if is_error:
            assert done.returncode >= 0, (ceiling, done.returncode)
        new = kept_now(work)
        assert new in (0, want), (ceiling, new)
        assert not (done.returncode in (0, 1) and new), (ceiling, "told as kept, and was not")
        assert ranking(work) == before, ceiling
        absent += new == want
        kept += new == 0
        # Some in a row came through: higher ceilings stop nothing.
        if kept >= 3:
            break
    assert absent >= 3 and kept >= 3, (absent, kept)


def killed_at_any_time(work, whole, want, before):
    fresh(work, whole)
    began = time.monotonic()
    subprocess.run((*KEEP, *NOW), cwd=work, capture_output=True, timeout=60, check=False)
    longest = 1.3 * (time.monotonic() - began)
    cut = 0
    for turn in range(TIMES):
        fresh(work, whole)
        process = subprocess.Popen((*KEEP, *NOW), cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(longest * turn / TIMES)
        cut += process.poll() is None
        process.kill()
        process.wait()
        new = kept_now(work)
        assert new in (0, want), (turn, new)
        assert ranking(work) == before, turn
    assert cut > 0, "no process was killed in time"


def main():
    facts = (
        ("a result is kept whole or not at all when a write fails", lambda *a: below_any_ceiling(*a, True)),
        ("a result is kept whole or not at all when the process ends in the middle of a write", lambda *a: below_any_ceiling(*a, False)),
        ("a result is kept whole or not at all when the process is killed", killed_at_any_time),
    )
    print(f"1..{len(facts)}")
    with tempfile.TemporaryDirectory() as folder:
        work, failed = pathlib.Path(folder), 0
        learned = subprocess.run((PROGRAM, "learn", "--db", "whole", "--no-pack", "--from", "Catalogue", WORLD), cwd=work, capture_output=True, timeout=60, check=False)
        assert learned.returncode == 0, learned.stderr
        whole = work / "whole"
        fresh(work, whole)
        before, want = ranking(work), kept_now(work)
        assert want > 1, want
        for number, (name, fact) in enumerate(facts, 1):
            try:
                fact(work, whole, want, before)
                print(f"ok {number} - {name}")
            except AssertionError as error:
                print(f"not ok {number} - {name}\n# {error}")
                failed += 1
    return failed > 0


sys.exit(main())
