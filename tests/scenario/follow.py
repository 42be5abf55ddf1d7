#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Following logs against the truth: follow.py PROGRAM [ROUNDS [SEED [VALUES]]]. Prints TAP.

A writer appends, rotates (rename, copy and cut, compress) and truncates while the follower is killed at random moments and started again. Each line has a number of its own: none may be
missing among the hits, without kills none may be shown twice, and the sightings must count each line once, whatever happened.
"""
import gzip
import itertools
import json
import lzma
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


def learn(program, folder, value=EVIL):
    (folder / "list.txt").write_text(value + "\n")
    subprocess.run([program, "learn", "--no-pack", "--db", str(folder / "state"), str(folder / "list.txt")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def check(program, folder, follower, writer, problems, may_repeat=0, settle_s=0.3):
    if not follower.wait_for(writer.number):
        missing = sorted(set(range(1, writer.number + 1)) - set(follower.hits()))
        problems.append(f"missing {len(missing)} of {writer.number} lines: {missing[:20]}")
    # What was shown before a kill may be found again in a file that has to come to rest first.
    until = time.monotonic() + WAIT_S
    while sightings(program, folder) < writer.number and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(settle_s)
    status = follower.stop()
    # A follower that was started anew after all had been shown and counted shows nothing.
    if status != 1 and not (may_repeat and status == 0):
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


def case_packed_between(program, folder, suffix, pack):
    """A log that was read in part is rotated and packed while nobody follows; what is beside it for a while is not read twice."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(50)
    follower = Follower(program, folder, [logs / "app.log"])
    follower.start()
    if not follower.wait_for(50):
        problems.append("the first lines were not seen")
    follower.stop()
    writer.lines(20)
    writer.rename()
    pack(logs / "app.log.1", logs / f"app.log.1{suffix}")
    (logs / "app.log.1").unlink()
    writer.lines(5)
    follower.start()
    if not follower.wait_for(writer.number):
        problems.append(f"of the packed log {len(set(follower.hits()))} of {writer.number}")
    pack(logs / "app.log", logs / f"app.log.2{suffix}")
    writer.lines(5)
    time.sleep(2.5)
    check(program, folder, follower, writer, problems)
    return problems


def gzip_file(path, to):
    with gzip.open(to, "wb") as packed:
        packed.write(path.read_bytes())


def xz_file(path, to):
    to.write_bytes(lzma.compress(path.read_bytes()))


def zstd_file(path, to):
    """One frame of raw blocks (RFC 8878 3.1.1): python has no compressor."""
    data = path.read_bytes()
    frame = b"\x28\xb5\x2f\xfd\x00\x58"
    for at in range(0, len(data), 4096):
        piece = data[at:at + 4096]
        frame += (len(piece) << 3 | (at + 4096 >= len(data))).to_bytes(3, "little") + piece
    to.write_bytes(frame)


def copy_log(writer):
    """The first half of copying and cutting."""
    writer.shift()
    shutil.copyfile(writer.path, writer.folder / f"{writer.name}.1")


def cut_log(writer):
    os.truncate(writer.path, 0)


def case_copy_not_cut(program, folder, count, more=0):
    """The follower meets a log and its copy, of which it knows neither, before the log is cut. It may have grown meanwhile."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(count)
    copy_log(writer)
    writer.lines(more)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(writer.number):
        problems.append("the first lines were not seen")
    time.sleep(0.5)
    cut_log(writer)
    writer.lines(5)
    check(program, folder, follower, writer, problems, settle_s=4 if more else 0.5)
    return problems


def case_cut_before_copy_not_cut(program, folder):
    """Between two looks a log is cut, filled and copied: neither what it has become nor its copy is known."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(5)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(5):
        problems.append("the first lines were not seen")
    time.sleep(0.5)
    follower.process.send_signal(signal.SIGSTOP)
    writer.copy_and_cut()
    writer.lines(20)
    copy_log(writer)
    follower.process.send_signal(signal.SIGCONT)
    if not follower.wait_for(25):
        problems.append("the lines after the first cut were not seen")
    time.sleep(0.5)
    cut_log(writer)
    writer.lines(5)
    check(program, folder, follower, writer, problems)
    return problems


def case_slow_copy(program, folder, first):
    """A copy stands still for a while when so many bytes of it are made. There is an older generation of which not all is in mind, which it may be as well."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    follower = Follower(program, folder, [logs])
    follower.start()
    for turn in range(2):
        writer.lines(30)
        if not follower.wait_for(writer.number):
            problems.append(f"seen {len(set(follower.hits()))} of {writer.number}")
        if turn == 0:
            writer.rename()
    time.sleep(0.5)
    follower.stop()
    follower.start()
    time.sleep(0.5)
    writer.shift()
    data = writer.path.read_bytes()
    with (logs / "app.log.1").open("wb", buffering=0) as copy:
        copy.write(data[:first])
        time.sleep(4)
        copy.write(data[first:])
    time.sleep(0.5)
    cut_log(writer)
    writer.lines(5)
    check(program, folder, follower, writer, problems, settle_s=4)
    return problems


def case_grown_before_cut(program, folder):
    """A small log grows, and is read, between being copied and being cut: its copy has less of it than was read. Then the copy is packed."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(30)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(30):
        problems.append("the first lines were not seen")
    copy_log(writer)
    writer.lines(3)
    if not follower.wait_for(33):
        problems.append("the lines after the copy were not seen")
    cut_log(writer)
    writer.lines(5)
    time.sleep(4)
    gzip_file(logs / "app.log.1", logs / "app.log.1.gz")
    (logs / "app.log.1").unlink()
    check(program, folder, follower, writer, problems, settle_s=4)
    return problems


def case_copies_kept(program, folder):
    """Somebody copies a log now and then, and nobody cuts it until the third copy was made."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    follower = Follower(program, folder, [logs])
    follower.start()
    for _ in range(3):
        writer.lines(30)
        if not follower.wait_for(writer.number):
            problems.append(f"seen {len(set(follower.hits()))} of {writer.number}")
        copy_log(writer)
        time.sleep(1.5)
    cut_log(writer)
    writer.lines(5)
    check(program, folder, follower, writer, problems, settle_s=4)
    return problems


def case_copy_in_place_of_empty(program, folder):
    """A copy that has the inode of an empty log that was known: here it is written into that file."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    follower = Follower(program, folder, [logs])
    follower.start()
    time.sleep(0.8)
    writer.path.rename(logs / "app.log.1")
    writer.file.close()
    writer.file = writer.path.open("ab", buffering=0)
    writer.lines(30)
    if not follower.wait_for(30):
        problems.append("the first lines were not seen")
    follower.stop()
    (logs / "app.log.1").write_bytes(writer.path.read_bytes())
    follower.start()
    time.sleep(0.8)
    cut_log(writer)
    writer.lines(5)
    check(program, folder, follower, writer, problems, settle_s=1)
    return problems


def case_plain_in_place_of_packed(program, folder):
    """A log that has the inode of a packed file that was not read yet, as it was cut off."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.path.write_bytes(gzip.compress(b"2026-01-01T00:00:00Z nothing\n" * 100)[:-12])
    follower = Follower(program, folder, [logs])
    follower.start()
    time.sleep(2)
    follower.stop()
    cut_log(writer)
    writer.lines(10)
    follower.start()
    for _ in range(2):
        if not follower.wait_for(writer.number):
            problems.append(f"seen {len(set(follower.hits()))} of {writer.number}")
        writer.lines(5)
        time.sleep(1.5)
    check(program, folder, follower, writer, problems)
    return problems


def case_inode_of_other(program, folder):
    """A log was packed, and its inode is another log's: what it was called is not forgotten, or the packed file would be none of its own."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(30)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(30):
        problems.append("the first lines were not seen")
    follower.stop()
    gzip_file(writer.path, logs / "app.log.1.gz")
    writer.path.rename(logs / "other.txt")
    os.truncate(logs / "other.txt", 0)
    writer.lines(10)
    follower.start()
    time.sleep(2)
    check(program, folder, follower, writer, problems)
    return problems


def case_header_only(program, folder, is_packed):
    """A log that had nothing but a header, as all of its name have, while another generation that has it too was rotated unseen."""
    header = b"#Software: x\n#Fields: date time host program message more and more\n#Remark: as ever\n"
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.file.write(header)
    follower = Follower(program, folder, [logs])
    follower.start()
    time.sleep(1)
    follower.stop()
    for _ in range(2):
        writer.shift()
        writer.path.rename(logs / "app.log.1")
        writer.file.close()
        writer.file = writer.path.open("ab", buffering=0)
        writer.file.write(header)
        writer.lines(10)
    if is_packed:
        gzip_file(logs / "app.log.1", logs / "app.log.1.gz")
        (logs / "app.log.1").unlink()
    follower.start()
    check(program, folder, follower, writer, problems)
    return problems


def case_packed_beside(program, folder):
    """A follower that knows nothing meets a plain file and what was packed of it, under a name that comes before, at once."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(30)
    writer.rename_dated()
    writer.lines(5)
    plain = next(logs.glob("app.log-*"))
    gzip_file(plain, logs / "app.log-20260100.gz")
    os.utime(logs / "app.log-20260100.gz", (1767225600, 1767225600))
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(writer.number):
        problems.append("the lines were not seen")
    time.sleep(1.5)
    plain.unlink()
    check(program, folder, follower, writer, problems, settle_s=1.5)
    return problems


def case_packed_beside_waiting(program, folder):
    """The plain file has to wait, as it may be the beginning of a log that was read before and is gone; what was packed of it waits with it."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(30)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(30):
        problems.append("the first lines were not seen")
    follower.stop()
    writer.path.unlink()
    writer.file.close()
    writer.file = (logs / "app.log.2").open("ab", buffering=0)
    writer.lines(10)
    gzip_file(logs / "app.log.2", logs / "app.log.2.gz")
    os.utime(logs / "app.log.2.gz", (1767225600, 1767225600))
    follower.start()
    if not follower.wait_for(writer.number):
        problems.append("the lines were not seen")
    check(program, folder, follower, writer, problems, settle_s=4)
    return problems


def case_clock_back(program, folder):
    """A file from before the clock went back, which may be the beginning of a log that is gone, is not waited for until its time comes."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(30)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(30):
        problems.append("the first lines were not seen")
    follower.stop()
    writer.path.rename(folder / "gone")
    writer.file.close()
    writer.file = (logs / "app.log.2").open("ab", buffering=0)
    writer.lines(10)
    os.utime(logs / "app.log.2", (time.time() + 3600,) * 2)
    follower.start()
    check(program, folder, follower, writer, problems)
    return problems


def case_backlog(program, folder):
    """What took long to read delays no look at the folder afterwards."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(1)
    follower = Follower(program, folder, [logs], "--rate", "1M")
    follower.start()
    if not follower.wait_for(1):
        problems.append("the first line was not seen")
    follower.stop()
    writer.file.write(b"2026-01-01T00:00:00Z nothing to be seen here, go on\n" * 60000)
    writer.lines(1)
    writer.file.close()
    writer.file = (logs / "second.log").open("ab", buffering=0)
    writer.lines(1)
    follower.start()
    if not follower.wait_for(3):
        problems.append("the backlog was not read")
    writer.file.close()
    writer.file = (logs / "third.log").open("ab", buffering=0)
    writer.lines(1)
    check(program, folder, follower, writer, problems)
    return problems


def case_two_followers(program, folder):
    """The second one is refused; one that keeps no places is not."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []
    writer.lines(3)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(3):
        problems.append("the first lines were not seen")
    second = subprocess.run([program, "watch", "--db", str(folder / "state"), "--follow", str(logs)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=WAIT_S, check=False)
    if second.returncode != 4 or b"another accord watch --follow" not in second.stderr:
        problems.append(f"the second: status {second.returncode}, {second.stderr!r}")
    third = subprocess.Popen([program, "watch", "--db", str(folder / "state"), "--json", "--follow", "--no-record", str(logs)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if not third.stdout.readline():
        problems.append("one without a record shows nothing")
    third.terminate()
    third.communicate(timeout=WAIT_S)
    check(program, folder, follower, writer, problems)
    return problems


def case_bare_name(program, folder):
    """A name without a slash, and one that begins with a dot."""
    problems = []
    with (folder / "f.log").open("ab", buffering=0) as bare, (folder / ".g.log").open("ab", buffering=0) as hidden:
        out = (folder / "hits.jsonl").open("ab")
        process = subprocess.Popen([program, "watch", "--db", "state", "--json", "--follow", "f.log", ".g.log"], cwd=folder, stdout=out, stderr=(folder / "stderr").open("ab"))
        follower = Follower(program, folder, [])
        for number in range(1, 11):
            (bare if number % 2 else hidden).write(f"{EVIL} {number}\n".encode())
            time.sleep(0.1)
        if not follower.wait_for(10):
            problems.append(f"seen {sorted(set(follower.hits()))}")
        process.terminate()
        process.wait(WAIT_S)
    if sorted(follower.hits()) != list(range(1, 11)) or sightings(program, folder) != 10:
        problems.append(f"hits {follower.hits()}, sightings {sightings(program, folder)}")
    return problems


def case_headers(program, folder):
    """W3C: fields that were told before a stop name those of lines after it, and a new #Fields line changes them."""
    log, problems = folder / "u_ex.log", []
    follower = Follower(program, folder, [log], "--where", "c-ip=10.0.0.1")

    def write(text):
        with log.open("ab", buffering=0) as file:
            file.write(text.encode())

    def seen(count):
        if not follower.wait_for(count):
            problems.append(f"seen {follower.hits()}, want {count} lines")

    write("#Software: x\n#Version: 1.0\n#Date: 2026-01-01 00:00:00\n#Fields: date time c-ip cs-host cs-uri-stem\n")
    write(f"2026-01-01 00:00:01 10.0.0.1 {EVIL} 1\n")
    follower.start()
    seen(1)
    follower.stop()
    write(f"2026-01-01 00:00:02 10.0.0.2 {EVIL} 2\n2026-01-01 00:00:02 10.0.0.1 {EVIL} 3\n")
    follower.start()
    seen(2)
    write(f"#Date: 2026-01-02 00:00:00\n#Fields: time date s-ip c-ip cs-host cs-uri-stem\n00:00:03 2026-01-02 10.0.0.1 10.0.0.2 {EVIL} 4\n00:00:03 2026-01-02 10.0.0.2 10.0.0.1 {EVIL} 5\n")
    seen(3)
    follower.kill()
    write(f"00:00:04 2026-01-02 10.0.0.1 10.0.0.2 {EVIL} 6\n00:00:04 2026-01-02 10.0.0.2 10.0.0.1 {EVIL} 7\n")
    follower.start()
    seen(4)
    time.sleep(0.3)
    follower.stop()
    if set(follower.hits()) != {1, 3, 5, 7}:
        problems.append(f"hits {follower.hits()}, want 1 3 5 7")
    if sightings(program, folder) != 4:
        problems.append(f"sightings count {sightings(program, folder)}, want 4")
    return problems


def case_plain_beside(program, folder):
    """Runs over the whole log before and while it is followed count nothing twice."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs), []

    def plain(want):
        subprocess.run([program, "watch", "--db", str(folder / "state"), str(logs / "app.log")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if sightings(program, folder) != want:
            problems.append(f"sightings count {sightings(program, folder)}, want {want}")

    writer.lines(50)
    plain(50)
    writer.lines(5)
    follower = Follower(program, folder, [logs])
    follower.start()
    if not follower.wait_for(55):
        problems.append("the first lines were not seen")
    time.sleep(0.6)
    if sightings(program, folder) != 55:
        problems.append(f"sightings count {sightings(program, folder)} after a plain run, want 55")
    for _ in range(5):
        writer.lines(10)
        plain(writer.number)
    check(program, folder, follower, writer, problems)
    return problems


def case_learned(program, folder, values=20000):
    """What another process learns is watched within a second, whatever was learned before."""
    problems, fresh = [], [f"fresh{n}.example" for n in range(1000)]
    (folder / "base.txt").write_text("".join(f"h{n}.base{n % 977}.example\n" for n in range(values)))
    subprocess.run([program, "learn", "--no-pack", "--db", str(folder / "state"), str(folder / "base.txt")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with (folder / "app.log").open("ab", buffering=0) as log:
        log.write(f"{EVIL} 0\n".encode())
        follower = Follower(program, folder, [folder / "app.log"])
        follower.start()
        if not follower.wait_for(1):
            problems.append("the first line was not seen")
        (folder / "fresh.txt").write_text("\n".join(fresh) + "\n")
        subprocess.run([program, "learn", "--no-pack", "--db", str(folder / "state"), str(folder / "fresh.txt")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        began, number = time.monotonic(), 0
        while len(follower.hits()) < 2 and time.monotonic() - began < WAIT_S:
            number += 1
            log.write(f"{fresh[number % 1000]} {number}\n".encode())
            time.sleep(0.01)
    first = [hit for hit in follower.hits() if hit > 0]
    if not first:
        problems.append("nothing fresh was seen")
    print(f"# beside {values} values 1000 fresh ones were watched {time.monotonic() - began:.2f} s after they were learned")
    follower.stop()
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


def case_deleted(program, folder):
    """Files that go under constant hits, which are committed less often, and a kill: what was shown of them is counted, though nobody can read it again."""
    logs = folder / "logs"
    logs.mkdir()
    writer, problems = Writer(logs, "busy.log"), []
    follower = Follower(program, folder, [logs])
    follower.start()
    for turn in range(4):
        begin = time.monotonic()
        while time.monotonic() < begin + 2:
            writer.lines(1)
            time.sleep(0.02)
        other = Writer(logs, f"gone{turn}.log")
        other.number = writer.number
        other.lines(20)
        other.file.close()
        writer.number = other.number
        if not follower.wait_for(writer.number):
            problems.append(f"seen {len(set(follower.hits()))} of {writer.number}")
        other.path.unlink()
        time.sleep(0.5)
        follower.kill()
        follower.start()
    check(program, folder, follower, writer, problems, may_repeat=4 * writer.number)
    return problems


def event(second, name):
    return f'{{"timestamp":"2021-03-02T10:00:{second:02}.0+0000","event_type":"dns","host":"h1","dns":{{"rrname":"{name}"}},"n":"line {second}"}}\n'


def learn_pattern(program, folder, number, pattern):
    bundle = {"type": "bundle", "id": f"bundle--5f1b0b3a-0000-4000-8000-0000000001{number:02}", "objects": [
        {"type": "indicator", "spec_version": "2.1", "id": f"indicator--5f1b0b3a-0000-4000-8000-0000000002{number:02}", "created": "2021-01-01T00:00:00.000Z",
         "modified": "2021-01-01T00:00:00.000Z", "name": f"pattern {number}", "pattern": pattern, "pattern_type": "stix", "valid_from": "2021-01-01T00:00:00Z"}]}
    (folder / "bundle.json").write_text(json.dumps(bundle))
    subprocess.run([program, "learn", "--no-pack", "--db", str(folder / "state"), str(folder / "bundle.json")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def all_hits(follower):
    found = []
    for line in follower.out.read_bytes().split(b"\n") if follower.out.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # a kill cut it short
    return found


def pattern_hits(follower):
    return [(hit["names"][0], [w["line"] for w in hit["witnesses"]]) for hit in all_hits(follower) if hit.get("match") == "pattern"]


def wait_for_patterns(follower, count):
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and len(pattern_hits(follower)) < count:
        time.sleep(0.05)
    return pattern_hits(follower)


def case_patterns(program, folder):
    """A pattern over time goes on over a stop, a kill, another index, and a state that is damaged."""
    log, follower, problems = folder / "p.log", Follower(program, folder, [folder / "p.log"]), []
    learn_pattern(program, folder, 1, "([domain-name:value = 'one.example'] FOLLOWEDBY [domain-name:value LIKE 'two.%']) WITHIN 60 SECONDS")

    def write(*lines):
        """The numbers of the lines in the log."""
        first = len(log.read_text().splitlines()) + 1 if log.exists() else 1
        with log.open("a") as out:
            out.writelines(lines)
        return list(range(first, first + len(lines)))

    def want(*more):
        expected.extend(more)
        hits = wait_for_patterns(follower, len(expected))
        if sorted(hits) != sorted(expected):
            problems.append(f"want {expected}, got {hits}")

    def wait_until_read(value):
        """Lines with a listed value, until the follower shows one: what stands before it has been read, by an index that holds the value."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            mark = write(f"mark {value} {next(marks)}\n")
            for _ in range(10):
                if any(hit.get("line") == mark[0] for hit in all_hits(follower)):
                    return
                time.sleep(0.05)
        problems.append(f"{value} was not found in {WAIT_S} s")

    expected, marks = [], itertools.count(1)
    learn(program, folder)
    one = write(event(1, "one.example"))
    follower.start()
    wait_until_read(EVIL)
    follower.stop()
    two = write(event(2, "two.example"))
    follower.start()
    want(("pattern 1", one + two))
    one = write(event(3, "one.example"))
    wait_until_read(EVIL)
    follower.kill()
    two = write(event(4, "two.example"))
    follower.start()
    want(("pattern 1", one + two))
    # what is learned meanwhile, while another pattern is half done
    one = write(event(5, "one.example"))
    wait_until_read(EVIL)
    learn_pattern(program, folder, 2, "[domain-name:value = 'three.example'] REPEATS 2 TIMES WITHIN 30 SECONDS")
    learn(program, folder, "learned.example")
    wait_until_read("learned.example")
    three = write(event(6, "three.example"), event(7, "three.example"))
    want(("pattern 2", three), ("pattern 1", one + write(event(8, "two.example"))))
    follower.stop()
    state = folder / "state" / "patterns-follow.state"
    if not state.exists():
        return problems + ["no state was kept"]
    state.write_bytes(b"x" + state.read_bytes()[1:])
    both = write(event(9, "one.example"), event(10, "two.example"))
    follower.start()
    want(("pattern 1", both))
    follower.stop()
    if "checkpoint" not in (folder / "stderr").read_text():
        problems.append("a damaged state was not told")
    return problems


class EventWriter(Writer):
    """Records without any listed value: only patterns find them. Each pair has a host of its own."""

    def line(self, ending=b"\n"):
        self.number += 1
        pair, is_second = (self.number - 1) // 2, self.number % 2 == 0
        record = event(pair % 50 + is_second, "two.example" if is_second else "one.example").replace('"h1"', f'"{self.name} {pair + 1}"')
        self.file.write(record.encode().rstrip(b"\n") + ending)


def case_patterns_rotated(program, folder, rounds, seed):
    """Three logs that are turned over and a follower that is stopped at random: each record found once, under a name of its log, each pair as well."""
    chance, problems = random.Random(seed), []
    logs = folder / "logs"
    logs.mkdir()
    learn_pattern(program, folder, 1, "([domain-name:value = 'one.example'] FOLLOWEDBY [domain-name:value LIKE 'two.%']) WITHIN 60 SECONDS")
    learn_pattern(program, folder, 2, "[domain-name:value LIKE 't%o.%']")
    writers = [EventWriter(logs, name) for name in ("a", "long-name-of-a-log", "m.log")]
    follower = Follower(program, folder, [logs])
    follower.start()
    for _ in range(rounds):
        writer, step = chance.choice(writers), chance.random()
        if step < 0.7:
            writer.lines(chance.randrange(1, 30))
        elif step < 0.8:
            writer.rename()
        elif step < 0.9:
            writer.copy_and_cut()
        else:
            follower.stop()
            writer.lines(chance.randrange(1, 20))
            follower.start()
        time.sleep(chance.random() * 0.03)
    for writer in writers:
        writer.lines(writer.number % 2)
    pairs = sorted(f"{writer.name} {number}" for writer in writers for number in range(1, writer.number // 2 + 1))
    hits = wait_for_patterns(follower, 2 * len(pairs))
    time.sleep(0.3)
    follower.stop()
    for number in (1, 2):
        found = [(hit["file"], json.loads(hit["text"])["host"]) for hit in all_hits(follower) if hit.get("names") == [f"pattern {number}"]]
        if sorted(host for _, host in found) != pairs:
            problems.append(f"pattern {number}: {len(found)} hits of {len(hits)}, want {len(pairs)}")
        problems += [f"{host} is told of {file}" for file, host in found if not os.path.basename(file).startswith(host.split()[0])]
    return problems


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    values = int(sys.argv[4]) if len(sys.argv) > 4 else 20000
    rotations = [Writer.rename, Writer.copy_and_cut, Writer.rename, Writer.rename_dated, Writer.copy_and_cut, Writer.compress_oldest]
    cases = {
        "folder: renamed, copied and cut, dated, compressed": lambda f: case_steps(program, f, ["logs"], rotations),
        "file: renamed, copied and cut": lambda f: case_steps(program, f, ["logs/app.log"], rotations[:5]),
        "folder, stopped at each rotation": lambda f: case_steps(program, f, ["logs"], rotations, restart=True),
        "file, stopped at each rotation": lambda f: case_steps(program, f, ["logs/app.log"], rotations[:5], restart=True),
        "half a line waits": lambda f: case_half_line(program, f),
        "packed between two runs: gzip": lambda f: case_packed_between(program, f, ".gz", gzip_file),
        "packed between two runs: xz": lambda f: case_packed_between(program, f, ".xz", xz_file),
        "packed between two runs: zstd": lambda f: case_packed_between(program, f, ".zst", zstd_file),
        "copied, not cut yet": lambda f: case_copy_not_cut(program, f, 30),
        "copied, not cut yet: one line": lambda f: case_copy_not_cut(program, f, 1),
        "copied, not cut yet, grown": lambda f: case_copy_not_cut(program, f, 300, more=3),
        "cut, filled and copied, not cut yet": lambda f: case_cut_before_copy_not_cut(program, f),
        "copied slowly: empty at first": lambda f: case_slow_copy(program, f, 0),
        "copied slowly: some lines at first": lambda f: case_slow_copy(program, f, 500),
        "grown between copy and cut": lambda f: case_grown_before_cut(program, f),
        "copies that are kept": lambda f: case_copies_kept(program, f),
        "copied in the place of an empty log": lambda f: case_copy_in_place_of_empty(program, f),
        "a log in the place of a packed file": lambda f: case_plain_in_place_of_packed(program, f),
        "an inode that is another log's": lambda f: case_inode_of_other(program, f),
        "nothing but a header": lambda f: case_header_only(program, f, False),
        "nothing but a header: packed": lambda f: case_header_only(program, f, True),
        "packed beside its plain file": lambda f: case_packed_beside(program, f),
        "packed beside its plain file, which waits": lambda f: case_packed_beside_waiting(program, f),
        "the clock went back": lambda f: case_clock_back(program, f),
        "new files after a backlog": lambda f: case_backlog(program, f),
        "two followers": lambda f: case_two_followers(program, f),
        "bare names": lambda f: case_bare_name(program, f),
        "plain runs beside": lambda f: case_plain_beside(program, f),
        "fields that change": lambda f: case_headers(program, f),
        "learned meanwhile": lambda f: case_learned(program, f, values),
        "patterns over time": lambda f: case_patterns(program, f),
        "patterns beside rotations": lambda f: case_patterns_rotated(program, f, rounds, seed),
        "1500 files": lambda f: case_many(program, f),
        "files deleted, then killed": lambda f: case_deleted(program, f),
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
