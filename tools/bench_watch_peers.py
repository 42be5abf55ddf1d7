#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""accord watch beside its peers on the same list and the same hard EVE lines: bench_watch_peers.py BUILD_FOLDER [INDICATORS...].

Prints rows of a Markdown table. Each rate is input bytes over the processor seconds (user and system) of a whole process, on one core; with peers that have to load the list each time, that is in it, as it is for
whoever uses them. Beside each rate: planted lines found, decoys flagged, benign lines flagged. A peer has 8 GiB and 120 seconds of processor time, else it is 'not finished'. Peers that are not installed are named as such.
"""
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

SIZES = (100_000, 1_000_000)
MIB = 32
MEMORY = 8 << 30
SECONDS = 120
YARA_STRINGS_A_RULE = 5_000
AWK = "NR==FNR{t[$0]=1;next}{n=split(tolower($0),a,/[^a-z0-9._:\\/@-]+/);for(i=1;i<=n;i++)if(a[i] in t){print FNR;break}}"


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def measure(command):
    """(processor seconds, output, errors), or None when it failed or met a limit."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(["taskset", "-c", "0", *command], capture_output=True, check=False, preexec_fn=limits, timeout=3 * SECONDS)
    except subprocess.TimeoutExpired:
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        return None
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout, done.stderr


def numbers_before_colon(out):
    return {int(line.split(b":", 1)[0]) for line in out.splitlines() if b":" in line}


def line_numbers(out):
    return {int(line) for line in out.split()}


def hits_of_accord(out):
    return {record["line"] for record in map(json.loads, out.splitlines()) if record.get("schema", "").startswith("accord.hit")}


def lines_at_offsets(out, text):
    """YARA tells offsets."""
    offsets = sorted({int(line.split(b":", 1)[0], 16) for line in out.splitlines() if line.startswith(b"0x")})
    lines, at, line = set(), 0, 1
    for offset in offsets:
        line += text.count(b"\n", at, offset)
        at = offset
        lines.add(line)
    return lines


def verdict(lines, truth):
    found = {kind: sum(1 for n in lines if truth[n - 1] == kind) for kind in "pdb"}
    planted, decoys = truth.count("p"), truth.count("d")
    return f"found {100 * found['p'] / planted:.1f} % of {planted}, flagged {100 * found['d'] / decoys:.1f} % of {decoys} decoys and {found['b']} benign lines"


def yara_rules(values, path):
    with open(path, "w", encoding="utf-8") as out:
        for first in range(0, len(values), YARA_STRINGS_A_RULE):
            out.write(f"rule r{first} {{ strings:\n")
            for n, value in enumerate(values[first:first + YARA_STRINGS_A_RULE]):
                text = value.replace("\\", "\\\\").replace('"', '\\"')
                out.write(f'$s{n} = "{text}" nocase fullword\n')
            out.write("condition: any of them }\n")


def peers(build, folder, values):
    """(name, command, how its output tells lines)"""
    list_file, eve, rules = str(folder / "list.txt"), str(folder / "eve.json"), folder / "rules.yar"
    yara_rules(values, rules)
    text = (folder / "eve.json").read_bytes()
    yield "grep -nF -f", ["grep", "-nF", "-f", list_file, eve], numbers_before_colon
    yield "rg -nF -j1 -f", ["rg", "-nF", "-j1", "-f", list_file, eve], numbers_before_colon
    yield "awk hash join (mawk)", ["mawk", AWK, list_file, eve], line_numbers
    yield "yara, nocase fullword", ["yara", "-s", "-w", str(rules), eve], lambda out: lines_at_offsets(out, text)
    yield "Vectorscan, caseless literals", [str(build / "bench" / "peer_vectorscan"), list_file, eve], line_numbers


def rows_of(build, count, row):
    accord = str(build / "src" / "app" / "accord")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([str(build / "bench" / "make_telemetry"), name, str(count), str(MIB)], check=True)
        size, truth = (folder / "eve.json").stat().st_size, (folder / "truth.txt").read_text()
        values = (folder / "list.txt").read_text(encoding="utf-8").splitlines()
        state = str(folder / "state")
        learned = measure([accord, "learn", "--db", state, "--no-pack", str(folder / "list.txt")])
        watch = [accord, "watch", "--db", state, "--no-record", "--json", str(folder / "eve.json")]
        built = measure(watch)
        ours = measure(watch)
        if not (learned and built and ours):
            row(f"accord watch, {count:,} indicators", "failed", "", "")
            return
        row(f"accord learn, a list of {count:,}", f"{learned[0]:.2f}", "s", "")
        row(f"accord watch, {count:,} indicators", f"{size / ours[0] / 1e6:,.0f}", "MB/s",
            f"{verdict(hits_of_accord(ours[1]), truth)}; {size / 1e6:.0f} MB of EVE, whole process; {built[0] - ours[0]:.2f} s more when the index is built")
        for peer, command, lines in peers(build, folder, values):
            what = f"{peer}, {count:,}"
            if not shutil.which(command[0]):
                row(what, "not installed", "", "peer")
                continue
            theirs = measure(command)
            if not theirs:
                row(what, "not finished", "", f"peer; {MEMORY >> 30} GiB and {SECONDS} s")
                continue
            note = f"peer; accord is {theirs[0] / ours[0]:,.0f} times as fast; {verdict(lines(theirs[1]), truth)}"
            if command[0].endswith("peer_vectorscan"):
                compiled, scanned = map(float, theirs[2].split())
                note += f"; compiling took {compiled:.1f} s, the scan alone {size / scanned / 1e6:,.0f} MB/s"
            row(what, f"{size / theirs[0] / 1e6:,.1f}", "MB/s", note)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    sizes = [int(n) for n in sys.argv[2:]] or SIZES

    def row(what, value, unit, note):
        print(f"| {what} | {value} | {unit} | {note} |", flush=True)

    for count in sizes:
        rows_of(build, count, row)


if __name__ == "__main__":
    main()
