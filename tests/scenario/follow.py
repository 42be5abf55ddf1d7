#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Following logs against the truth: follow.py PROGRAM [ROUNDS [SEED]]. Prints TAP.

A writer appends, rotates (rename, copy and cut, compress) and truncates while the follower is killed at random moments and started again. Each line has a number of its own: none may be
missing among the hits; without kills none may be shown twice, and the sightings must count each line once.
"""
import gzip
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

WAIT_S = 30
EVIL = "evil.example"


class Follower:
    def __init__(self, program, folder, inputs, *options):
        self.program, self.folder, self.inputs, self.options = program, folder, inputs, options
        self.out = folder / "hits.jsonl"
        self.process = None

    def start(self):
        self.process = subprocess.Popen([self.program, "watch", "--db", str(self.folder / "state"), "--json", "--follow", *self.options, *map(str, self.inputs)],
                                        stdout=self.out.open("ab"), stderr=(self.folder / "stderr").open("ab"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WAIT_S)

    def hits(self):
        """Numbers of the lines that were shown; a line that a kill cut short is none."""
        found = []
        for line in self.out.read_bytes().split(b"\n") if self.out.exists() else []:
            try:
                found.append(int(json.loads(line)["text"].rsplit(" ", 1)[1]))
            except (ValueError, LookupError, TypeError):
                continue
        return found

    def wait_for(self, count):
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            if len(set(self.hits())) >= count:
                return True
            time.sleep(0.05)
        return False


def sightings(program, folder):
    """Sum of the counts of all stored sightings, by SQLite's own reader."""
    import sqlite3  # pylint: disable=import-outside-toplevel
    database = sqlite3.connect(f"file:{folder}/state/accord.db?mode=ro", uri=True)
    total = 0
    for (exact,) in database.execute("SELECT exact FROM version JOIN word ON word.num = version.type WHERE is_current = 1 AND word.text = 'sighting'"):
        total += json.loads(exact)["count"]
    database.close()
    return total


class Writer:
    """Lines with numbers; `fd` is the log's, opened for appending as loggers do."""
    def __init__(self, folder, name="app.log"):
        self.folder, self.name, self.number, self.generation = folder, name, 0, 0
        self.path = folder / name
        self.file = self.path.open("ab", buffering=0)

    def line(self, ending=b"\n"):
        self.number += 1
        self.file.write(f"2026-01-01T00:00:00Z host app: {EVIL} {self.number}".encode() + ending)

    def lines(self, count):
        for _ in range(count):
            self.line()

    def shift(self):
        """The older generations move up by one."""
        for number in range(199, 0, -1):
            old = self.folder / f"{self.name}.{number}"
            if old.exists():
                old.rename(self.folder / f"{self.name}.{number + 1}")

    def rename(self):
        self.shift()
        self.path.rename(self.folder / f"{self.name}.1")
        self.lines(2)  # the writer has not been told yet
        self.file.close()
        self.file = self.path.open("ab", buffering=0)

    def copy_and_cut(self):
        self.shift()
        shutil.copyfile(self.path, self.folder / f"{self.name}.1")
        os.truncate(self.path, 0)

    def rename_dated(self):
        self.generation += 1
        self.path.rename(self.folder / f"{self.name}-2026010{self.generation % 10}.{self.generation}")
        self.file.close()
        self.file = self.path.open("ab", buffering=0)

    def compress_oldest(self):
        """As logrotate does: the packed file is made beside the plain one, which then goes."""
        plain = sorted(p for p in self.folder.glob(f"{self.name}.[0-9]*") if not p.suffix == ".gz")
        self.generation += 1
        if plain:
            with gzip.open(f"{plain[-1]}-{self.generation}.gz", "wb") as packed:
                packed.write(plain[-1].read_bytes())
            plain[-1].unlink()


def learn(program, folder):
    (folder / "list.txt").write_text(EVIL + "\n")
    subprocess.run([program, "learn", "--no-pack", "--db", str(folder / "state"), str(folder / "list.txt")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def check(program, folder, follower, writer, problems, may_repeat=0, settle_s=0.3):
    if not follower.wait_for(writer.number):
        missing = sorted(set(range(1, writer.number + 1)) - set(follower.hits()))
        problems.append(f"missing {len(missing)} of {writer.number} lines: {missing[:20]}")
    time.sleep(settle_s)
    status = follower.stop()
    if status != 1:
        problems.append(f"want status 1, got {status}")
    hits = follower.hits()
    if len(hits) - len(set(hits)) > may_repeat:
        repeated = sorted({h for h in hits if hits.count(h) > 1})
        problems.append(f"shown {len(hits) - len(set(hits))} times again: {repeated[:20]}")
    counted = sightings(program, folder)
    if counted != writer.number:
        problems.append(f"sightings count {counted} lines, want {writer.number}")


def case_steps(program, folder, inputs, steps, restart=False):
    """One writer, given steps with pauses, a follower that is never killed."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(3)
    follower = Follower(program, folder, [folder / i for i in inputs])
    follower.start()
    if not follower.wait_for(3):
        problems.append("the first lines were not seen")
    for step in steps:
        if restart:
            follower.stop()
        if isinstance(step, float):
            time.sleep(step)
        else:
            step(writer)
        writer.lines(3)
        if restart:
            follower.start()
        if not follower.wait_for(writer.number):
            problems.append(f"after {step}: {len(set(follower.hits()))} of {writer.number}")
    check(program, folder, follower, writer, problems)
    return problems


def case_half_line(program, folder):
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    follower = Follower(program, folder, [logs])
    follower.start()
    writer.line(b"")
    time.sleep(1)
    if follower.hits():
        problems.append("half a line was taken")
    writer.file.write(b"\n")
    check(program, folder, follower, writer, problems)
    return problems


def case_many(program, folder):
    logs = folder / "logs"
    logs.mkdir()
    problems, writer = [], Writer(logs, "0.log")
    writer.file.close()
    follower = Follower(program, folder, [logs])
    follower.start()
    for turn in range(3):
        for name in range(1500):
            with (logs / f"host{name}.log").open("ab") as file:
                writer.number += 1
                file.write(f"2026-01-01T00:00:00Z {EVIL} {writer.number}\n".encode())
        if turn == 1:
            follower.kill()
            follower.start()
    check(program, folder, follower, writer, problems, may_repeat=3000)
    return problems


def case_crash(program, folder, rounds, seed):
    """Random steps of the writer, kills at random moments."""
    chance = random.Random(seed)
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    follower = Follower(program, folder, [logs])
    follower.start()
    kills = 0
    for _ in range(rounds):
        step = chance.random()
        if step < 0.6:
            writer.lines(chance.randrange(1, 40))
        elif step < 0.7:
            writer.rename()
        elif step < 0.8:
            writer.copy_and_cut()
        elif step < 0.85:
            writer.rename_dated()
        elif step < 0.9:
            writer.compress_oldest()
        else:
            time.sleep(chance.random() * 0.05)
            follower.kill()
            kills += 1
            if chance.random() < 0.5:
                writer.lines(chance.randrange(1, 20))
            follower.start()
        time.sleep(chance.random() * 0.03)
    # Each kill may come before all that was shown has been acknowledged.
    # Files that may be copies being made are left alone for two seconds, packed ones until they have come to rest: a stop leaves them for the next start.
    check(program, folder, follower, writer, problems, may_repeat=kills * writer.number, settle_s=4)
    print(f"# seed {seed}: {writer.number} lines, {kills} kills, {len(follower.hits()) - len(set(follower.hits()))} hits shown again")
    return problems


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rotations = [Writer.rename, Writer.copy_and_cut, Writer.rename, Writer.rename_dated, Writer.copy_and_cut, Writer.compress_oldest]
    cases = {
        "folder: renamed, copied and cut, dated, compressed": lambda f: case_steps(program, f, ["logs"], rotations),
        "file: renamed, copied and cut": lambda f: case_steps(program, f, ["logs/app.log"], rotations[:5]),
        "folder, stopped at each rotation": lambda f: case_steps(program, f, ["logs"], rotations, restart=True),
        "file, stopped at each rotation": lambda f: case_steps(program, f, ["logs/app.log"], rotations[:5], restart=True),
        "half a line waits": lambda f: case_half_line(program, f),
        "1500 files": lambda f: case_many(program, f),
        "killed at random moments": lambda f: case_crash(program, f, rounds, seed),
    }
    print(f"1..{len(cases)}")
    failed = 0
    for number, (name, case) in enumerate(cases.items(), 1):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            learn(program, path)
            problems = case(path)
            if problems and (path / "stderr").exists():
                problems.append("stderr was: " + (path / "stderr").read_text()[-1500:])
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {name}")
        for problem in problems:
            print("\n".join("# " + line for line in problem.splitlines()))
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
