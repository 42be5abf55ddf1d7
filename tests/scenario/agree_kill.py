#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""accord agree log append and witness add-checkpoint, killed at any time: agree_kill.py PROGRAM WRITE_NOTE. Prints TAP.

The process gets SIGKILL after a time that grows from nothing to more than it needs; and, by strace, as it enters the first, second ... call of each kind that changes what is on disk, until it makes no more of them: so it is cut between
every two of them. Then the log must be whole, and the same append once more must leave each note in it once. Of two questions to one witness that contradict each other one at most is ever answered by a cosignature.
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAM, WRITE_NOTE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SEED = hashlib.sha256(b"kill").hexdigest()
ROUNDS, NOTES = 25, 10
# All by which a file comes to be, gets bytes or a name, or is made durable.
CALLS = ("fsync", "fdatasync", "syncfs", "sync_file_range", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "ftruncate", "write", "pwrite64",
         "writev", "pwritev")
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
        if number < NOTES:
            (work / f"{number}.more").write_bytes(done.stdout + done.stdout.splitlines(keepends=True)[-1])
    must(work, "log", "init", "--dir", "us", "--key", "log.key", *KEY)


def can_trace():
    """Is strace here, and may it?"""
    return bool(shutil.which("strace")) and subprocess.run(("strace", "-o", "/dev/null", "true"), capture_output=True, check=False).returncode == 0


def cut_at(work, call, number, *words, stdin=b""):
    """Killed as it enters that call for the n-th time; what it wrote, and whether it came to its end before."""
    environment = dict(os.environ)
    # The leak checker traces, too, and there is one tracer at most.
    environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    done = subprocess.run(("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}", PROGRAM, "agree", *words), cwd=work,
                          input=stdin, capture_output=True, timeout=120, check=False, env=environment)
    assert done.returncode in (0, 1, -9, 137), (words, done.returncode, done.stderr)
    return done.stdout, done.returncode in (0, 1)


def each_cut(work, *words, stdin=b"", before, after):
    """Cut at each call of each kind. How often."""
    cuts = 0
    for call in CALLS:
        for number in range(1, 200):
            before()
            out, ended = cut_at(work, call, number, *words, stdin=stdin)
            if ended:
                break
            cuts += 1
            after(out)
        else:
            raise AssertionError(f"{call}: more than 200 of them")
    return cuts


def append_is_cut_at_each_call(work):
    """Ten notes behind 250 that are there: a tile becomes whole, and another begins."""
    names = [f"{number}.note" for number in range(ROUNDS * NOTES)]
    must(work, "log", "init", "--dir", "old", "--key", "log.key", *KEY)
    must(work, "log", "append", "--dir", "old", "--key", "log.key", *KEY, *names[:240])
    must(work, "log", "append", "--dir", "old", "--key", "log.key", *KEY, *[f"{number}.more" for number in range(10)])
    words = ("log", "append", "--dir", "cut", "--key", "log.key", *KEY, *names[240:])

    def before():
        shutil.rmtree(work / "cut", ignore_errors=True)
        shutil.copytree(work / "old", work / "cut")

    before()
    must(work, *words)
    whole = (work / "cut" / "log" / "checkpoint").read_bytes()
    sizes = set()

    def after(_out):
        shown = must(work, "log", "show", "--dir", "cut", "--json")
        sizes.add(json.loads(shown)["size"])
        must(work, "audit", "cut")
        must(work, *words)
        must(work, "audit", "cut")
        assert (work / "cut" / "log" / "checkpoint").read_bytes() == whole, "not the log that it would have been"

    cuts = each_cut(work, *words, before=before, after=after)
    assert sizes == {250, 260}, sizes
    assert cuts >= 10, f"only {cuts} moments"


def witness_is_cut_at_each_call(work):
    vkey = (work / "us" / "log.vkey").read_text().strip()
    questions = []
    for side in range(2):
        folder = f"side{side}"
        must(work, "log", "init", "--dir", folder, "--key", "log.key", *KEY)
        must(work, "log", "append", "--dir", folder, "--key", "log.key", *KEY, f"{side}.note")
        questions.append(must(work, "log", "growth", "0", "--dir", folder))
    words = ("witness", "add-checkpoint", "--dir", "seen", "--log", vkey, "--key", "witness.key", *KEY)

    def after(out):
        second = run(work, *words, input=questions[1])
        assert not (out.startswith("\u2014".encode()) and second.returncode == 0), (out, second.stdout)
        assert second.returncode in (0, 1), second.stderr
        again = run(work, *words, input=questions[0].replace(b"old 0\n", b"old 1\n") if second.returncode == 1 else questions[0])
        assert again.returncode == (0 if second.returncode == 1 else 1), (again.returncode, again.stderr)

    cuts = each_cut(work, *words, stdin=questions[0], before=lambda: shutil.rmtree(work / "seen", ignore_errors=True), after=after)
    assert cuts >= 10, f"only {cuts} moments"


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
    tests = (append_is_all_or_nothing, witness_cosigns_one, append_is_cut_at_each_call, witness_is_cut_at_each_call)
    traced = (append_is_cut_at_each_call, witness_is_cut_at_each_call)
    print(f"1..{len(tests)}")
    failed, may_trace = 0, can_trace()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        set_up(work)
        for number, test in enumerate(tests, 1):
            if test in traced and not may_trace:
                print(f"ok {number} - {test.__name__} # SKIP strace is not installed, or may not trace")
                continue
            try:
                test(work)
                print(f"ok {number} - {test.__name__}")
            except AssertionError as problem:
                failed += 1
                print(f"not ok {number} - {test.__name__}\n# {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
