#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""accord agree log append and witness add-checkpoint, killed at any time: agree_kill.py PROGRAM WRITE_NOTE. Prints TAP.

The process gets SIGKILL after a time that grows from nothing to more than it needs; then the log must be whole, and the same append once more must leave each note in it once. Of two questions to one witness that contradict each other
one at most is ever answered by a cosignature.
"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

PROGRAM, WRITE_NOTE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SEED = hashlib.sha256(b"kill").hexdigest()
ROUNDS, NOTES = 25, 10
KEY = ("--passphrase-file", "words")


def run(work, *words, **kwargs):
    return subprocess.run((PROGRAM, "agree", *words), cwd=work, capture_output=True, timeout=120, check=False, **kwargs)


def must(work, *words, **kwargs):
    done = run(work, *words, **kwargs)
    assert done.returncode == 0, (words, done.returncode, done.stderr)
    return done.stdout


def killed(work, after_s, *words, stdin=b""):
    """Started, and killed after so long; what it wrote, and whether it had ended by itself."""
    process = subprocess.Popen((PROGRAM, "agree", *words), cwd=work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        process.stdin.write(stdin)
        process.stdin.close()
    except BrokenPipeError:
        pass
    time.sleep(after_s)
    ended = process.poll() is not None
    process.kill()
    out = process.stdout.read()
    process.stdout.close()
    process.wait()
    return out, ended


def set_up(work):
    (work / "words").write_text("words\n")
    for purpose in ("log", "witness"):
        must(work, "key", "new", "us.example", purpose, purpose + ".key", "--low-cost-for-tests", *KEY)
    for number in range(ROUNDS * NOTES):
        done = subprocess.run((WRITE_NOTE, "us.example/sign", "1", SEED), input=f"accord/test/v1\nnumber {number}\n".encode(), capture_output=True, check=True)
        (work / f"{number}.note").write_bytes(done.stdout)
    must(work, "log", "init", "--dir", "us", "--key", "log.key", *KEY)


def full_time(work):
    """How long an append takes here, so that kills fall into all of it."""
    began = time.monotonic()
    must(work, "log", "show", "--dir", "us")
    return 4 * (time.monotonic() - began) + 0.03


def append_is_all_or_nothing(work):
    longest, cut = full_time(work), 0
    for turn in range(ROUNDS):
        names = [f"{number}.note" for number in range(turn * NOTES, (turn + 1) * NOTES)]
        words = ("log", "append", "--dir", "us", "--key", "log.key", *KEY, *names)
        _out, ended = killed(work, longest * turn / ROUNDS, *words)
        cut += not ended
        must(work, "audit", "us")
        out = must(work, *words).decode().splitlines()
        want = [f"{name}: leaf {turn * NOTES + place}" for place, name in enumerate(names)]
        assert [line.split(",")[0] for line in out] == want, out
        # The batch that was cut came through whole or not at all.
        assert len({line.endswith("already") for line in out}) == 1, out
        must(work, "audit", "us")
    assert cut > 0, "no process was killed in time"


def witness_cosigns_one(work):
    longest = full_time(work)
    vkey = (work / "us" / "log.vkey").read_text().strip()
    (work / "base").mkdir()
    for turn in range(ROUNDS):
        logs = []
        for side in range(2):
            folder = f"w{turn}-{side}"
            must(work, "log", "init", "--dir", folder, "--key", "log.key", *KEY)
            must(work, "log", "append", "--dir", folder, "--key", "log.key", *KEY, f"{side}.note")
            logs.append(must(work, "log", "growth", "0", "--dir", folder))
        words = ("witness", "add-checkpoint", "--dir", f"witness{turn}", "--log", vkey, "--key", "witness.key", *KEY)
        first, _ended = killed(work, longest * turn / ROUNDS, *words, stdin=logs[0])
        second = run(work, *words, input=logs[1])
        assert not (first.startswith("\u2014".encode()) and second.returncode == 0), (first, second.stdout)
        assert second.returncode in (0, 1), second.stderr
        again = run(work, *words, input=logs[0].replace(b"old 0\n", b"old 1\n") if second.returncode == 1 else logs[0])
        assert again.returncode == (0 if second.returncode == 1 else 1), (again.returncode, again.stderr)


def main():
    tests = (append_is_all_or_nothing, witness_cosigns_one)
    print(f"1..{len(tests)}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        set_up(work)
        for number, test in enumerate(tests, 1):
            try:
                test(work)
                print(f"ok {number} - {test.__name__}")
            except AssertionError as problem:
                failed += 1
                print(f"not ok {number} - {test.__name__}\n# {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
