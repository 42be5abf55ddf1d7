#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the program on this machine, beside peers in the same run: bench.py BUILD_FOLDER. Prints a Markdown table.

Rates are input bytes (or objects) over processor seconds (user + system) of all processes of a command, median of RUNS runs, on one core (taskset). Peers that are not installed
are left out with a word. Public data is taken from $ACCORD_SHARED_DATA, or from the folder shared/data beside the checkout; without it the rows that need it are left out.
"""
import json
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

import bench_watch_peers

RUNS = 5
INDICATORS = 100_000
EVE_LINES = 100_000
PEER_TIMEOUT_S = 120
PEER_PYTHON = os.environ.get("ACCORD_PEER_PYTHON", sys.executable)
ROWS = []


def row(what, value, unit, note=""):
    ROWS.append((what, value, unit, note))
    print(f"| {what} | {value} | {unit} | {note} |", flush=True)


def timed(command, runs=RUNS, before=None, ok=(0, 1), **kwargs):
    """Median (processor seconds, wall seconds) and the peak RSS in MB of the largest process; None when it fails or takes too long."""
    cpu, wall = [], []
    for _ in range(runs):
        if before:
            before()
        start, usage = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = subprocess.run(["taskset", "-c", "0", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=PEER_TIMEOUT_S, check=False, **kwargs)
        except subprocess.TimeoutExpired:
            return None
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in ok:
            return None
        wall.append(time.monotonic() - start)
        cpu.append(after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime)
    return statistics.median(cpu), statistics.median(wall)


def peak_rss_mb(command):
    """Peak resident size of the largest process of a command, by a shell of its own."""
    code = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    return int(subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True).stdout) / 1024


def machine():
    info = dict(line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines() if ":" in line)
    model = next((v.strip() for k, v in info.items() if k.strip() == "model name"), "unknown")
    return f"{model}, {os.cpu_count()} cores, {os.uname().sysname} {os.uname().release.split('-')[0]}"


def shared_data():
    for candidate in (os.environ.get("ACCORD_SHARED_DATA"), pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"):
        if candidate and pathlib.Path(candidate).is_dir():
            return pathlib.Path(candidate)
    return None


def runs_of(program, keep):
    """Arguments of a program of bench/, and whether it is to have one core: where a goal is for more than it takes by itself, that. keep: a file for the index of 5 million indicators."""
    goal = ["--sets", "5m", "--keep", keep]
    runs = {"bench_watch": [([], True), ([*goal, "--others", "5", "--rounds", "15"], True), ([*goal, "--kernel", "avx2", "--formats", "eve,zeek-tsv"], True), ([*goal, "--kernel", "portable", "--formats", "eve", "--rounds", "3"], True),
                            ([*goal, "--kinds", "addresses,all-hits"], True), (["--sets", "1k,10m", "--formats", "eve"], True), ([*goal, "--formats", "eve", "--threads", "2"], False)],
            "bench_gzip": [(["5000000"], False)],
            "bench_retro": [(["365", "200000", "100000"], True)]}
    return runs.get(program, [([], True)])


def bench_programs(build, env, folder):
    for program in sorted((build / "bench").glob("bench_*")):
        if not os.access(program, os.X_OK) or program.is_dir():
            continue
        for arguments, is_pinned in runs_of(program.name, folder / "watch.index"):
            done = subprocess.run([*(["taskset", "-c", "0"] if is_pinned else []), program, *arguments], env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
            if done.returncode:
                row(program.name, "failed", "", done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "")
            for line in done.stdout.splitlines():
                parts = line.split("\t")
                if len(parts) >= 3:
                    row(parts[0], parts[1], parts[2], parts[3] if len(parts) > 3 else "")


def learn_rows(accord, data, folder):
    attack = folder / "attack.json"
    attack.write_bytes(subprocess.run(["zstd", "-dc", data / "attack" / "enterprise-attack.json.zst"], capture_output=True, check=True).stdout)
    galaxies = folder / "galaxies"
    galaxies.mkdir()
    archive = subprocess.run(["zstd", "-dc", data / "misp" / "misp-galaxy.tar.zst"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-xf", "-", "-C", galaxies], input=archive, check=True)
    objects = attack.read_bytes().count(b'"created_by_ref"')
    state = folder / "learn-state"
    base = [accord, "learn", "--db", str(state), "--no-pack"]

    def fresh():
        shutil.rmtree(state, ignore_errors=True)

    for name, source, count in (("ATT&CK Enterprise bundle", attack, 24771), ("MISP galaxies", galaxies / "clusters", 46025)):
        cost = timed([*base, str(source)], before=fresh)
        if cost:
            row(f"learn, durably: {name}", f"{count / cost[0]:,.0f}", "objects/s", f"{cost[0]:.2f} s of one core")
        fresh()
        row(f"learn, peak memory: {name}", f"{peak_rss_mb([*base, str(source)]):.0f}", "MB", "largest process")
    cost = timed([*base, str(galaxies / "clusters")])
    if cost:
        row("learn again, nothing changed: MISP galaxies", f"{46025 / cost[0]:,.0f}", "objects/s", "")
    if shutil.which("jq"):
        cost = timed(["jq", "-c", ".objects|length", str(attack)])
        row("jq: read the ATT&CK bundle", f"{attack.stat().st_size / cost[0] / 1e6:.0f}", "MB/s", "peer")
    return objects


def lines_of(path, rows):
    """A file of requests, one a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def peer_rate(job, requests):
    """Items a second of a Python library in this run, or None when it is not installed or does not end."""
    try:
        done = subprocess.run(["taskset", "-c", "0", PEER_PYTHON, pathlib.Path(__file__).with_name("bench_stix_peer.py"), job, requests],
                              capture_output=True, text=True, timeout=PEER_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    count, seconds = done.stdout.splitlines()[-1].split()
    return int(count) / max(float(seconds), 1e-9)


def beside_peers(what, unit, command, count, peers, note, requests=None):
    """A command that does count things, beside its peers: (name, job, requests, earlier rate). requests: a file for its standard input."""
    cost = timed(command, runs=3, **({"input": requests.read_bytes()} if requests else {}))
    if not cost:
        row(what, "failed", unit, "")
        return
    rate = count / cost[0]
    row(what, f"{rate:,.0f}", unit, note)
    for name, job, asked, earlier in peers:
        theirs = peer_rate(job, asked)
        how = "peer, library alone" if theirs else "peer, not installed: earlier measured on such a machine"
        theirs = theirs or earlier
        row(name, f"{theirs:,.0f}", unit, f"{how}; accord is {rate / theirs:,.0f} times as fast")


def published(data, name):
    with open(data / "stix" / f"{name}.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def observations(rng, count):
    """Bundles with one observed-data of one IPv4 address each."""
    bundles = []
    for n in range(count):
        address = {"type": "ipv4-addr", "spec_version": "2.1", "id": f"ipv4-addr--{uuid.UUID(int=rng.getrandbits(128), version=5)}",
                   "value": f"198.18.{rng.randrange(256)}.{rng.randrange(256)}"}
        bundles.append({"type": "bundle", "id": f"bundle--{uuid.UUID(int=rng.getrandbits(128), version=4)}", "objects": [
            {"type": "observed-data", "spec_version": "2.1", "id": f"observed-data--{uuid.UUID(int=rng.getrandbits(128), version=4)}",
             "created": "2021-03-02T10:00:00.000Z", "modified": "2021-03-02T10:00:00.000Z", "first_observed": f"2021-03-02T10:{n // 60 % 60:02d}:{n % 60:02d}Z",
             "last_observed": f"2021-03-02T10:{n // 60 % 60:02d}:{n % 60:02d}Z", "number_observed": 1, "object_refs": [address["id"]]}, address]})
    return bundles


def stix_rows(accord, data, folder):
    """The STIX commands beside the Python libraries. $ACCORD_PEER_PYTHON: an interpreter that has these installed."""
    batch = "whole process: requests read, answers written"
    patterns = sorted((c for c in published(data, "pattern_syntax") if c["valid"]), key=lambda c: -len(c["pattern"]))
    patterns = [{"id": n, "pattern": c["pattern"], "stix_version": c["stix_version"]} for n, c in enumerate(patterns[:36])]  # 166 characters on average
    beside_peers("accord pattern check --jsonl", "patterns/s", [accord, "pattern", "check", "--jsonl"], len(patterns) * 3000,
                 [("stix2-patterns: validate", "patterns", lines_of(folder / "patterns.jsonl", patterns), 835)], batch,
                 lines_of(folder / "many-patterns.jsonl", patterns * 3000))
    objects = [{"id": c["id"], "object": c["object"]} for c in published(data, "objects_validator_suite") if "object" in c and c.get("python_stix2_parses")]
    asked = lines_of(folder / "objects.jsonl", objects)
    beside_peers("accord validate --jsonl", "objects/s", [accord, "validate", "--jsonl"], len(objects) * 100,
                 [("python stix2: parse", "parse", asked, 3500), ("stix2-validator", "validate", asked, 315)], batch,
                 lines_of(folder / "many-objects.jsonl", objects * 100))
    ids = [{"id": c["id"], "object": c["object"]} for c in published(data, "sco_ids")]
    beside_peers("accord id --jsonl", "ids/s", [accord, "id", "--jsonl"], len(ids) * 300,
                 [("python stix2: parse, which makes the id", "ids", lines_of(folder / "ids.jsonl", ids), 3500)], batch,
                 lines_of(folder / "many-ids.jsonl", ids * 300))
    match_rows(accord, folder)


def match_rows(accord, folder):
    rng = random.Random(20210302)
    seen = observations(rng, 20000)
    bundles, few = lines_of(folder / "observations.jsonl", seen), seen[:1000]
    for count, earlier in ((1, 26300), (100, 288)):
        patterns = [f"[ipv4-addr:value = '198.18.{n}.7']" for n in range(count)]
        asked = [{"pattern": pattern, "observations": few if n == 0 else []} for n, pattern in enumerate(patterns)]
        names = folder / f"patterns-{count}.txt"
        names.write_text("\n".join(patterns) + "\n")
        beside_peers(f"accord pattern match, {count} pattern{'s' if count > 1 else ''}", "observations/s", [accord, "pattern", "match", "--file", str(names), "--data", str(bundles)],
                     len(seen), [("stix2-matcher", "match", lines_of(folder / f"match-{count}.jsonl", asked), earlier)], "whole process: bundles read from a file, one observation each")


def random_values(rng, count):
    """A list of indicators: addresses of the documentation and benchmark ranges' shape, domains, hashes."""
    values = []
    for n in range(count):
        kind = n % 10
        if kind < 4:
            values.append(f"198.{18 + rng.randrange(2)}.{rng.randrange(256)}.{rng.randrange(1, 255)}")
        elif kind < 8:
            values.append(f"h{rng.getrandbits(32):08x}.bad{rng.randrange(1000)}.example")
        else:
            values.append(f"{rng.getrandbits(256):064x}")
    return sorted(set(values))


def eve_file(path, rng, values):
    """EVE lines; one in 500 carries an indicator. Benign hosts and addresses can never equal one."""
    with open(path, "w", encoding="ascii") as out:
        for n in range(EVE_LINES):
            hit = n % 500 == 0
            value = rng.choice(values) if hit else None
            host = value if hit and "bad" in value else f"www{rng.randrange(5000)}.site{rng.randrange(20000)}.test"
            address = value if hit and value.startswith("198.") else f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
            out.write(f'{{"timestamp":"2021-03-02T10:{n // 3600 % 60:02d}:{n // 60 % 60:02d}.{rng.randrange(10**6):06d}+0000","flow_id":{rng.getrandbits(50)},'
                      f'"in_iface":"eth0","event_type":"http","src_ip":"10.1.{rng.randrange(256)}.{rng.randrange(1, 255)}","src_port":{rng.randrange(1024, 65536)},'
                      f'"dest_ip":"{address}","dest_port":80,"proto":"TCP","tx_id":0,"http":{{"hostname":"{host}","url":"/a/b/{rng.getrandbits(64):x}?q={rng.randrange(10**9)}",'
                      f'"http_user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0","http_content_type":"text/html","http_method":"GET",'
                      f'"protocol":"HTTP/1.1","status":200,"length":{rng.randrange(10**6)}}},"app_proto":"http","community_id":"1:{rng.getrandbits(160):x}="}}\n')


def watch_rows(accord, folder):
    rng = random.Random(20210719)
    values = random_values(rng, INDICATORS)
    values_file, eve, state = folder / "values.txt", folder / "eve.json", folder / "watch-state"
    values_file.write_text("\n".join(values) + "\n")
    eve_file(eve, rng, values)
    size = eve.stat().st_size
    cost = timed([accord, "learn", "--db", str(state), "--no-pack", str(values_file)], runs=1)
    row("learn a plain list", f"{len(values) / cost[0]:,.0f}", "values/s", f"{len(values)} values")
    watch = [accord, "watch", "--db", str(state), "--no-record", "--json", str(eve)]
    timed(watch, runs=1)
    ours = timed(watch)
    note = f"{len(values)} indicators, {size / 1e6:.0f} MB of EVE, {EVE_LINES // 500} planted"
    row("accord watch", f"{size / ours[0] / 1e6:.0f}", "MB/s", note)
    row("wc -l (the file's cost alone)", f"{size / timed(['wc', '-l', str(eve)])[0] / 1e6:.0f}", "MB/s", "physical limit")


def list_rows(build, accord, folder, indicators=5_000_000):
    """A plain list of the goal's size, learned once: time by the clock, what it takes on disk."""
    state, name = folder / "list-state", str(folder / "list")
    os.mkdir(name)
    subprocess.run([str(build / "bench" / "make_telemetry"), name, str(indicators), "1", "10"], check=True)
    began = time.monotonic()
    subprocess.run([accord, "learn", "--db", str(state), "--no-pack", f"{name}/list.txt"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took = time.monotonic() - began
    size = sum(path.stat().st_size for path in state.rglob("*") if path.is_file())
    row(f"learn a plain list of {indicators:,} values", f"{took:.1f}", "s", "by the clock, two processes")
    row(f"what a plain list of {indicators:,} values takes on disk", f"{size / indicators:.0f}", "bytes/value", "the whole store")
    shutil.rmtree(state)
    shutil.rmtree(name)


def hit_rows(build, accord, folder, indicators=5_000_000, mib=256):
    """One line in ten a hit, all printed as JSON; then one big file with few hits by two threads, by the clock. Hard data with its own list (bench/make_telemetry.c)."""
    state, name = folder / "hit-state", str(folder / "hits")
    os.mkdir(name)
    subprocess.run([str(build / "bench" / "make_telemetry"), name, str(indicators), str(mib), "10"], check=True)
    subprocess.run([accord, "learn", "--db", str(state), "--no-pack", f"{name}/list.txt"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch = [accord, "watch", "--db", str(state), "--no-record", "--json", f"{name}/eve.json"]
    size = os.path.getsize(f"{name}/eve.json")
    timed(watch, runs=1)
    ours = timed([*watch, "--jobs", "1"])
    row("accord watch, one line in ten a hit, printed as JSON", f"{size / ours[0] / 1e6:.0f}", "MB/s", f"{indicators} indicators, {mib} MiB of EVE, whole process")
    subprocess.run([str(build / "bench" / "make_telemetry"), name, str(indicators), str(3 * mib), "200"], check=True)
    wall = {"1": [], "2": []}
    for _ in range(RUNS):
        for jobs in ("1", "2"):
            began = time.monotonic()
            subprocess.run([*watch, "--jobs", jobs], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            wall[jobs].append(time.monotonic() - began)
    row("accord watch, one file by two threads", f"{min(wall['1']) / min(wall['2']):.2f}", "times one", f"{3 * mib} MiB of EVE, best of {RUNS} by the clock, {os.cpu_count()} cores")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    if not (build / "build.ninja").exists():
        subprocess.run(["meson", "setup", build, "--buildtype=release"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", build, "--quiet", "build.ninja"], check=True)
    known = subprocess.run(["ninja", "-C", build, "-t", "targets", "all"], check=True, capture_output=True, text=True).stdout
    programs = [line.split(":")[0] for line in known.splitlines() if line.startswith("bench/bench_") and "_LINKER" in line]
    subprocess.run(["ninja", "-C", build, "--quiet", "src/app/accord", "bench/make_telemetry", "bench/peer_vectorscan", *programs], check=True)
    accord, data = str(build / "src" / "app" / "accord"), shared_data()
    print(f"Machine: {machine()}\n\n| what | value | unit | note |\n|---|---:|---|---|")
    env = dict(os.environ, ACCORD_SHARED_DATA=str(data or ""))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bench_programs(build, env, folder)
        if data:
            learn_rows(accord, data, folder)
            stix_rows(accord, data, folder)
        watch_rows(accord, folder)
        list_rows(build, accord, folder)
        hit_rows(build, accord, folder)
    for count in bench_watch_peers.SIZES:
        bench_watch_peers.rows_of(build, count, row)


if __name__ == "__main__":
    main()
