#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""accord watch kafka://... against librdkafka's mock of a cluster, on loopback: kafka.py PROGRAM [MOCK]. Prints TAP. Without MOCK (the program was built without the library) all is skipped."""
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
OFFSET_COMMIT, TIMED_OUT, NOT_ALLOWED = 8, 7, 29
BROKERS = (1, 2, 3)  # of the mock


class Mock:
    """The mock, or (with brokers) a real cluster; prefix: of the names of topics and groups, so that one of others' is not in the way."""

    def __init__(self, path, *brokers, prefix=""):
        self.prefix = prefix
        self.process = subprocess.Popen([path, *brokers], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.brokers = self.process.stdout.readline().strip()

    def __call__(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        rows = []
        while True:
            line = self.process.stdout.readline().rstrip("\n")
            if line == "ok":
                return rows
            if not line or line.startswith("error: "):
                raise RuntimeError(f"{words}: {line}")
            rows.append(line)

    def send(self, topic, partition, text, time_ms=0):
        self("send", topic, partition, time_ms, text)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


class Node:
    """A store that knows two indicators, and its workers."""

    def __init__(self, folder, mock):
        self.folder, self.mock = pathlib.Path(folder), mock
        self.folder.mkdir()
        (self.folder / "list.txt").write_text("203.0.113.9\nevil.example\n")
        (self.folder / "kafka.properties").write_text("session.timeout.ms = 6000\nheartbeat.interval.ms=300\n; a comment\n")
        (self.folder / "accord.conf").write_text(f"[kafka]\nproperties = {self.folder}/kafka.properties\n")
        self.env = dict(os.environ, HOME=str(folder), XDG_DATA_HOME=str(self.folder / "data"), NO_COLOR="1")
        self.run("learn", "--no-pack", "--from", "ally", str(self.folder / "list.txt"))

    def run(self, *words):
        return subprocess.run([PROGRAM, *words, "--config", str(self.folder / "accord.conf")], env=self.env, capture_output=True, text=True, timeout=100, check=False)

    def url(self, topic, query):
        return f"kafka://{self.mock.brokers}/{topic}?{query}"

    def watch(self, topic, query):
        return self.run("watch", "--json", self.url(topic, query))

    def start(self, topic, query, name):
        """A worker that goes on; its output is in files."""
        files = [open(self.folder / (name + end), "w+") for end in (".out", ".err")]
        return subprocess.Popen([PROGRAM, "watch", "--json", self.url(topic, query), "--config", str(self.folder / "accord.conf")], env=self.env,
                                stdout=files[0], stderr=files[1])

    def hits(self, *names):
        return [json.loads(line) for name in names for line in hits_of((self.folder / (name + ".out")).read_text())]

    def words(self, name):
        return (self.folder / (name + ".err")).read_text()

    def sightings(self):
        """(input, day, count, lines) of each sighting that is stored."""
        with sqlite3.connect(f"file:{self.folder}/data/accord/accord.db?mode=ro", uri=True) as db:
            rows = db.execute("SELECT v.exact FROM version v JOIN object o ON o.num = v.object WHERE v.is_current = 1 AND o.id LIKE 'sighting--%'").fetchall()
        objects = [json.loads(row[0]) for row in rows]
        return sorted((o["x_accord_input"], o["x_accord_day"], o["count"], o["x_accord_lines"]) for o in objects)

    def total(self):
        return sum(count for _, _, count, _ in self.sightings())


def hits_of(text):
    """The lines that are hits: the last one is the summary, and one may be half written."""
    return [line for line in text.splitlines() if line.startswith('{"schema":"accord.hit/1"') and line.endswith("}")]


def places(hits):
    return sorted({(hit["file"], hit["line"], hit["offset"]) for hit in hits})


def wait_for(fact, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.1)
    return False


def stop(process, how=signal.SIGTERM):
    process.send_signal(how)
    return process.wait(timeout=40)


def once(mock, folder, record):
    topic, found, one, two = (mock.prefix + name for name in ("once", "once-hits", "one", "two"))
    mock("topic", topic, 2)
    mock("topic", found, 1)
    mock.send(topic, 0, "first 203.0.113.9", 1600000000000)
    mock.send(topic, 0, "two lines\\n203.0.113.9 here\\n", 1600000000000)
    mock("tombstone", topic, 0)
    mock.send(topic, 1, '{"timestamp":"2020-09-14T00:00:00Z","host":"www.evil.example"}', 1600000000000)
    mock.send(topic, 1, "nothing", 1600000000000)
    node = Node(folder / "once", mock)
    done = node.watch(topic, f"group={one}&hits={found}&end=stop")
    # Offsets by hand: "first " is 6 bytes; the second line of the second message begins at its byte 10.
    want = [(f"kafka:{topic}/0/0", 1, 6), (f"kafka:{topic}/0/1", 2, 10), (f"kafka:{topic}/1/0", 1, 44)]
    shown = [json.loads(line) for line in hits_of(done.stdout)]
    record("each hit tells its message, and its place in it", done.returncode == 1 and places(shown) == want, done.stdout + done.stderr)
    record("tombstones are counted", "5 messages (1 empty) of 2 partitions" in done.stderr, done.stderr)
    sent = mock("read", found, 4, 3000)
    record("the hits' topic holds what standard output does", sorted(sent) == sorted(hits_of(done.stdout)), "\n".join(sent))
    record("the group's place is behind what was read", [mock("committed", one, topic, p) for p in (0, 1)] == [["3"], ["2"]], "")
    # A record without a time has its message's; lines are offsets of messages.
    kept = [(f"kafka:{topic}/0", "2020-09-13", 2, "0, 1"), (f"kafka:{topic}/1", "2020-09-14", 1, "0")]
    record("sightings are kept by partition and day", node.sightings() == kept, node.sightings())
    # Another group reads all of it again: duplicates.
    again = node.watch(topic, f"group={two}&end=stop")
    record("what is read twice is told twice and counted once", places([json.loads(line) for line in hits_of(again.stdout)]) == want
           and node.sightings() == kept, again.stdout + again.stderr + str(node.sightings()))


def crash(mock, folder, record):
    mock("topic", "crash", 1)
    node = Node(folder / "crash", mock)
    for number in range(5):
        mock.send("crash", 0, f"{number} 203.0.113.9", 1600000000000)
    mock("errors", OFFSET_COMMIT, TIMED_OUT, 1000)
    worker = node.start("crash", "group=c", "before")
    kept = wait_for(lambda: (node.folder / "data/accord/accord.db").exists() and node.total() == 5)
    record("sightings are kept before the place moves", kept and len(node.hits("before")) == 5, node.words("before"))
    stop(worker, signal.SIGKILL)
    record("a place that could not be moved has not moved", mock("committed", "c", "crash", 0) == ["-1001"], "")
    mock("errors", OFFSET_COMMIT, 0, 0)
    mock.send("crash", 0, "5 203.0.113.9", 1600000000000)
    # The failures that are left are used up by whoever commits: a worker goes on over them.
    worker = node.start("crash", "group=c", "after")
    record("after a kill between sightings and commit, messages come again", wait_for(lambda: len(places(node.hits("after"))) == 6, 40), node.words("after"))
    record("and are counted once", wait_for(lambda: node.total() >= 6, 10) and node.total() == 6, node.sightings())
    record("a worker stops when it is told", stop(worker) == 1, node.words("after"))


def rebalance(mock, folder, record):
    topic, group = mock.prefix + "many", mock.prefix + "m"
    mock("topic", topic, 4)
    node = Node(folder / "many", mock)
    sent = []

    def send(count):
        for _ in range(count):
            number = len(sent)
            mock.send(topic, number % 4, f"{number} 203.0.113.9", 1600000000000)
            sent.append(number)

    send(40)
    one = node.start(topic, f"group={group}", "one")
    record("a first worker has all partitions", wait_for(lambda: len(node.hits("one")) == 40), node.words("one"))
    two = node.start(topic, f"group={group}", "two")
    together = False
    for _ in range(200):
        send(4)
        time.sleep(0.2)
        together = bool(node.hits("two"))
        if together and len(node.hits("one")) > 40:
            break
    record("a second worker takes some of them over", together, node.words("two"))
    send(40)
    record("nothing is lost with two", wait_for(lambda: len(places(node.hits("one", "two"))) == len(sent)), node.words("one") + node.words("two"))
    stop(one)
    send(40)
    record("the second worker takes over what the first leaves", wait_for(lambda: len(places(node.hits("one", "two"))) == len(sent)), node.words("two"))
    stop(two)
    record("each hit is counted once", node.total() == len(sent), f"{node.total()} of {len(sent)} {node.sightings()}")


def broker(mock, folder, record):
    mock("topic", "lossy", 3)
    node = Node(folder / "lossy", mock)
    for number in range(6):
        mock.send("lossy", number % 3, f"{number} 203.0.113.9", 1600000000000)
    worker = node.start("lossy", "group=l", "worker")
    wait_for(lambda: len(node.hits("worker")) == 6)
    # All of them: one alone may lead no partition, and would not be missed.
    for number in BROKERS:
        mock("down", number)
    wait_for(lambda: node.words("worker"), 20)
    for number in BROKERS:
        mock("up", number)
    for number in range(6, 12):
        mock.send("lossy", number % 3, f"{number} 203.0.113.9", 1600000000000)
    found = wait_for(lambda: len(places(node.hits("worker"))) == 12, 40)
    stop(worker)
    words = node.words("worker")
    record("a broker's loss is survived", found and node.total() == 12, words)
    lost = re.search(r"(\d+) lost connections", words)
    record("and counted", lost is not None and int(lost.group(1)) > 0, words)


def refusal(mock, folder, record):
    mock("topic", "refused", 1)
    mock("topic", "refused-hits", 1)
    node = Node(folder / "refused", mock)
    mock.send("refused", 0, "203.0.113.9", 1600000000000)
    mock("topicerror", "refused-hits", NOT_ALLOWED)
    done = node.watch("refused", "group=r&hits=refused-hits&end=stop")
    record("a hits' topic that refuses ends the run", done.returncode == 4 and "refused-hits" in done.stderr, done.stderr)
    record("with nothing kept and no place moved", node.sightings() == [] and mock("committed", "r", "refused", 0) == ["-1001"], "")
    mock("topicerror", "refused-hits", 0)
    done = node.watch("refused", "group=r&hits=refused-hits&end=stop")
    record("all of it comes again", done.returncode == 1 and mock("read", "refused-hits", 1, 3000) == hits_of(done.stdout) != []
           and node.total() == 1, done.stderr)


class Results:
    """Facts, told as they come (TAP)."""

    def __init__(self):
        self.all = []

    def __call__(self, fact, good, words=""):
        self.all.append(good)
        print(f"{'ok' if good else 'not ok'} {len(self.all)} - {fact}", flush=True)
        if not good:
            print("\n".join("# " + line for line in str(words).splitlines()[-30:]), flush=True)

    def run(self, case, mock, folder):
        try:
            case(mock, pathlib.Path(folder), self)
        except (RuntimeError, subprocess.TimeoutExpired, OSError, ValueError, sqlite3.Error) as problem:
            self(case.__name__, False, repr(problem))
        finally:
            mock.close()

    def end(self):
        print(f"1..{len(self.all)}")
        return not all(self.all)


def main():
    if len(sys.argv) < 3:
        print("1..0 # SKIP built without librdkafka")
        return 0
    results, wanted = Results(), sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        for case in (once, crash, rebalance, broker, refusal):
            if not wanted or case.__name__ in wanted:
                results.run(case, Mock(os.path.abspath(sys.argv[2])), folder)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
