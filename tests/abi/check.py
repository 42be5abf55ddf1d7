#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What libaccord promises to programs that are built already: check.py SHARED STATIC LAYOUT_PROGRAM FOLDER. Prints TAP.

symbols.txt names every symbol that the shared library has for others, layout.txt every member of a public structure with its offset and size. A change of either file
is a change of the binary interface: what is added goes to the end, what goes or moves needs a new number in the library's name.
"""
import pathlib
import subprocess
import sys


def symbols(path, *options):
    rows = [line.split() for line in subprocess.run(["nm", "--defined-only", *options, path], capture_output=True, text=True, check=True).stdout.splitlines()]
    return {row[2].split("@")[0] for row in rows if len(row) == 3 and row[1] in "TDBRWV"}


def main():
    shared, static, layout = sys.argv[1:4]
    folder = pathlib.Path(sys.argv[4])
    exported = symbols(shared, "-D")
    # Tools of coverage and sanitizers add their own.
    inside = {name for name in symbols(static, "-g") if not name.startswith(("__", "_"))}
    promised = set((folder / "symbols.txt").read_text().split())
    got = subprocess.run([layout], capture_output=True, text=True, check=True).stdout.splitlines()
    want = (folder / "layout.txt").read_text().splitlines()
    facts = [
        ("the shared library has only accord_ names", sorted(name for name in exported if not name.startswith("accord_"))),
        ("no symbol is gone", sorted(promised - exported)),
        ("every symbol is in symbols.txt", sorted(exported - promised)),
        ("the static library has only accord_ and ac_ names", sorted(name for name in inside if not name.startswith(("accord_", "ac_")))),
        ("the static library has every symbol", sorted(promised - inside)),
        ("no structure has moved", [row for row in want if row not in got]),
        ("every member is in layout.txt", [row for row in got if row not in want]),
    ]
    print(f"1..{len(facts)}")
    for number, (fact, against) in enumerate(facts, 1):
        print(f"{'not ok' if against else 'ok'} {number} - {fact}")
        for row in against:
            print(f"# {row}")
    return any(against for _, against in facts)


if __name__ == "__main__":
    sys.exit(main())
