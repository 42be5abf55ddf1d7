#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""accord watch kafka://... against librdkafka's mock of a cluster, on loopback: kafka.py PROGRAM [MOCK]. Prints TAP. Without MOCK (the program was built without the library) all is skipped."""
import concurrent.futures
import fcntl
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import threading
import time

PROGRAM = os.path.abspath(sys.argv[1])
# Kinds of requests, and codes of errors, as the protocol numbers them.
PRODUCE, FETCH, METADATA, OFFSET_COMMIT, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT = 0, 1, 3, 8, 10, 11, 12
LEADER_NOT_AVAILABLE, NOT_LEADER, TIMED_OUT, LOADING, NO_COORDINATOR, NOT_COORDINATOR = 5, 6, 7, 14, 15, 16
NOT_ENOUGH_REPLICAS, UNKNOWN_MEMBER, REBALANCING, NOT_ALLOWED, STORAGE = 19, 25, 27, 29, 56
# Waits end with what they wait for; so long only when that does not come. Cases run side by side, maybe on a busy machine.
LONG_S = 90
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

    def __init__(self, folder, mock, *properties):
        self.folder, self.mock = pathlib.Path(folder), mock
        self.folder.mkdir()
        (self.folder / "list.txt").write_text("203.0.113.9\nevil.example\n")
        (self.folder / "kafka.properties").write_text("session.timeout.ms = 6000\nheartbeat.interval.ms=300\n; a comment\n" + "".join(line + "\n" for line in properties))
        (self.folder / "accord.conf").write_text(f"[kafka]\nproperties = {self.folder}/kafka.properties\n")
        self.env = dict(os.environ, HOME=str(folder), XDG_DATA_HOME=str(self.folder / "data"), NO_COLOR="1")
        self.run("learn", "--no-pack", "--from", "ally", str(self.folder / "list.txt"))

    def run(self, *words):
        return subprocess.run([PROGRAM, *words, "--config", str(self.folder / "accord.conf")], env=self.env, capture_output=True, text=True, timeout=100, check=False)

    def url(self, topic, query):
        return f"kafka://{self.mock.brokers}/{topic}?{query}"

    def watch(self, topic, query):
        return self.run("watch", "--json", self.url(topic, query))

    def start(self, topic, query, name, stdout=None):
        """A worker that goes on; its output is in files."""
        files = [stdout or open(self.folder / (name + ".out"), "w+"), open(self.folder / (name + ".err"), "w+")]
        return subprocess.Popen([PROGRAM, "watch", "--json", self.url(topic, query), "--config", str(self.folder / "accord.conf")], env=self.env,
                                stdout=files[0], stderr=files[1])

    def hits(self, *names):
        return [json.loads(line) for name in names for line in hits_of((self.folder / (name + ".out")).read_text())]

    def words(self, name):
        return (self.folder / (name + ".err")).read_text()

    def learn(self, name, values):
        (self.folder / name).write_text("".join(value + "\n" for value in values))
        return self.run("learn", "--no-pack", "--from", name, str(self.folder / name))

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


def wait_for(fact, seconds=LONG_S):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.1)
    return False


def stop(process, how=signal.SIGTERM):
    process.send_signal(how)
    return process.wait(timeout=LONG_S)


def memory(process):
    """KiB in memory."""
    return int(re.search(r"VmRSS:\s*(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text()).group(1))


def size(path):
    return path.stat().st_size


def is_at_rest(fact, seconds=1.5):
    """Whether what it says stays the same for so long."""
    before = fact()
    time.sleep(seconds)
    return fact() == before


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
    mock("noerrors", OFFSET_COMMIT)
    mock.send("crash", 0, "5 203.0.113.9", 1600000000000)
    worker = node.start("crash", "group=c", "after")
    record("after a kill between sightings and commit, messages come again", wait_for(lambda: len(places(node.hits("after"))) == 6), node.words("after"))
    record("and are counted once", wait_for(lambda: node.total() >= 6) and node.total() == 6, node.sightings())
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
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
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
    wait_for(lambda: node.words("worker"))
    for number in BROKERS:
        mock("up", number)
    for number in range(6, 12):
        mock.send("lossy", number % 3, f"{number} 203.0.113.9", 1600000000000)
    found = wait_for(lambda: len(places(node.hits("worker"))) == 12)
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


def faults(mock, folder, record):
    """Requests of each kind fail for a while, as brokers do that fall over, lead no more, or lose their groups."""
    kinds = [("fetching", FETCH, (NOT_LEADER, STORAGE, NOT_LEADER)), ("sending hits", PRODUCE, (NOT_ENOUGH_REPLICAS, NOT_LEADER, TIMED_OUT, STORAGE)),
             ("committing", OFFSET_COMMIT, (NO_COORDINATOR, NOT_COORDINATOR, LOADING, REBALANCING)), ("heartbeats", HEARTBEAT, (NOT_COORDINATOR, REBALANCING)),
             ("membership", HEARTBEAT, (UNKNOWN_MEMBER,)), ("joining", JOIN_GROUP, (LOADING, NOT_COORDINATOR)), ("metadata", METADATA, (LEADER_NOT_AVAILABLE,)),
             ("finding the coordinator", FIND_COORDINATOR, (NO_COORDINATOR,))]
    mock("topic", "faulty", 2)
    mock("topic", "faulty-hits", 1)
    # Broker 1 is the test's own; the errors are the worker's.
    for topic, partition, number in (("faulty", 0, 1), ("faulty", 1, 1), ("faulty-hits", 0, 2)):
        mock("leader", topic, partition, number)
    mock("coordinator", "f", 3)
    node = Node(folder / "faulty", mock)
    worker = node.start("faulty", "group=f&hits=faulty-hits", "worker")
    sent = 0
    for name, api, codes in kinds:
        for code in codes:
            for number in (2, 3) if api != FETCH else (1,):
                mock("errors", api, code, 2, number)
        for _ in range(4):
            mock.send("faulty", sent % 2, f"{sent} 203.0.113.9", 1600000000000)
            sent += 1
        record(f"errors of {name} lose nothing", wait_for(lambda: len(places(node.hits("worker"))) == sent), node.words("worker"))
    record("and a worker that has seen them stops as others do", stop(worker) == 1, node.words("worker"))
    # Whether each hit is in its topic is asked where no request is refused, in once and pressure: librdkafka's mock brokers may report a batch as kept (with no offset) that they have not
    # kept after they refused it, whoever sends it.
    record("each message counts once", node.total() == sent, f"{node.total()} of {sent} {node.sightings()}")


def pressure(mock, folder, record):
    """The broker of the hits' topic is gone: reading stops, memory does not grow, and all of it comes when the broker does."""
    count, partitions = 30000, 8
    for topic in ("flood", "flood2"):
        mock("topic", topic, partitions)
        for partition in range(partitions):
            mock("leader", topic, partition, 1 + partition % 2)
    mock("topic", "flood-hits", 1)
    mock("leader", "flood-hits", 0, 3)
    mock("coordinator", "p", 1)
    node = Node(folder / "flood", mock, "queued.max.messages.kbytes=1024")
    worker = node.start("flood,flood2", "group=p&hits=flood-hits", "worker")
    mock.send("flood", 0, "first 203.0.113.9", 1600000000000)
    record("a worker is at work", wait_for(lambda: mock("read", "flood-hits", 1, 3000)), node.words("worker"))
    mock("down", 3)
    mock("fill", "flood", partitions, count, 400, "203.0.113.9 ")
    out = node.folder / "worker.out"
    record("it stops when hits are not taken", wait_for(lambda: len(node.hits("worker")) > 1 and is_at_rest(lambda: size(out))), node.words("worker"))
    before = memory(worker)
    mock("fill", "flood2", partitions, count, 400, "203.0.113.9 ")
    time.sleep(2)
    grown = memory(worker) - before
    record("its memory does not grow with what waits", grown < 4096, f"{grown} KiB more, of {2 * count * 400 // 1024 // 2} KiB that came")
    record("it has read what it may", len(node.hits("worker")) <= 20000 + 1 + 5000, len(node.hits("worker")))
    mock("up", 3)
    wanted = 2 * count + 1
    record("all of it comes when they are", wait_for(lambda: node.total() == wanted), f"{node.total()} of {wanted}")
    stop(worker)
    words = node.words("worker")
    record("once each, and acknowledged", len(node.hits("worker")) == wanted and f"{wanted} hits sent" in words, words)
    record("it stayed in its group", " 1 rebalances" in words and re.search(r"[1-9]\d* pauses", words) is not None, words)


def slow(mock, folder, record):
    """Nobody reads standard output: the worker waits, with as much memory as before."""
    count, partitions = 20000, 8
    mock("topic", "slow", partitions)
    mock("topic", "slow2", partitions)
    node = Node(folder / "slow", mock, "queued.max.messages.kbytes=1024")
    ours, theirs = os.pipe()
    with open(theirs, "wb") as end:
        worker = node.start("slow,slow2", "group=s", "worker", end)
    mock("fill", "slow", partitions, count, 400, "203.0.113.9 ")

    def waiting():
        return int.from_bytes(fcntl.ioctl(ours, termios.FIONREAD, bytes(4)), sys.byteorder)

    wait_for(lambda: waiting() > 32768 and is_at_rest(waiting))
    before = memory(worker)
    mock("fill", "slow2", partitions, count, 400, "203.0.113.9 ")
    time.sleep(1)
    grown = memory(worker) - before
    record("with output that nobody takes, memory does not grow", grown < 4096, f"{grown} KiB more")
    text = bytearray()
    with open(ours, "rb", buffering=0) as source:
        threading.Timer(0.1, lambda: wait_for(lambda: node.total() == 2 * count) and worker.send_signal(signal.SIGTERM)).start()
        while piece := source.read(1 << 16):
            text += piece
    worker.wait(timeout=LONG_S)
    shown = places([json.loads(line) for line in hits_of(text.decode())])
    record("when it is read, all is there", len(shown) == 2 * count == node.total(), f"{len(shown)} shown, {node.total()} counted, {node.words('worker')}")


def reload(mock, folder, record):
    """A new index is made beside the reading: while that takes as long as it likes, messages are watched with the one before."""
    mock("topic", "reload", 1)
    node = Node(folder / "reload", mock)
    index = node.folder / "data/accord/watch.index"
    worker = node.start("reload", "group=n", "worker")
    sent = []

    def send(value):
        sent.append(value)
        mock.send("reload", 0, f"{len(sent)} {value}", 1600000000000)

    def found(value):
        return sum(hit["value"] == value for hit in node.hits("worker"))

    send("203.0.113.9")
    record("a worker is at work", wait_for(lambda: found("203.0.113.9") == 1), node.words("worker"))
    # Who opens the file of the index now, waits: the new one is being made for as long as the test likes.
    index.unlink()
    os.mkfifo(index)
    node.learn("much.txt", [f"h{number}.fresh.example" for number in range(300)])
    for _ in range(20):
        send("203.0.113.9")
        send("h7.fresh.example")
        time.sleep(0.05)
    record("messages are watched while a new index is made", wait_for(lambda: found("203.0.113.9") == 21) and found("h7.fresh.example") == 0, node.words("worker"))
    with open(index, "wb"):
        pass
    end = time.monotonic() + LONG_S
    while time.monotonic() < end and not found("h7.fresh.example"):
        send("h7.fresh.example")
        send("203.0.113.9")
        time.sleep(0.05)
    record("and with it once it is there", found("h7.fresh.example") > 0, node.words("worker"))
    send("h8.fresh.example")
    old = sent.count("203.0.113.9")
    record("not one is lost on the way", wait_for(lambda: found("h8.fresh.example") == 1 and found("203.0.113.9") == old), f"{found('203.0.113.9')} of {old}")
    stop(worker)
    hits = node.hits("worker")
    record("and none is told twice", len(places(hits)) == len(hits) == node.total(), f"{len(hits)} hits, {node.total()} counted")


class Results:
    """Facts, told as they come (TAP)."""

    def __init__(self):
        self.all = []
        self.lock = threading.Lock()

    def __call__(self, fact, good, words=""):
        with self.lock:
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
        # Side by side: what takes time is mostly the group's waiting for its members.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for case in (pressure, rebalance, faults, slow, reload, crash, once, broker, refusal):
                if not wanted or case.__name__ in wanted:
                    pool.submit(results.run, case, Mock(os.path.abspath(sys.argv[2])), folder)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
