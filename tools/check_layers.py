#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every #include of src/ follows tools/layers.txt. Usage: check_layers.py SOURCE_ROOT. Exit 1 with the places that do not."""
import pathlib
import re
import sys

# Libraries that only one room may include, so that each can be replaced in one place.
FENCED = {
    "sqlite3.h": "store", "openssl/": "crypto", "sodium": "crypto", "isa-l": "codec", "zstd.h": "codec",
    "seccomp.h": "sys", "sys/landlock": "sys", "linux/": "sys", "idn2.h": "values", "libpsl.h": "values", "sys/socket.h": "sys", "sys/mman.h": "sys",
    "hs/": "match", "hs.h": "match", "pcre2.h": "match", "uninorm.h": "match", "dirent.h": "sys", "poll.h": "sys", "librdkafka/": "net",
    # The store makes its database file private before SQLite opens it.
    "fcntl.h": ("sys", "store"),
}


def read_layers(path):
    layers = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            room, _, below = line.partition(":")
            layers[room.strip()] = set(below.split())
    return layers


def main():
    root = pathlib.Path(sys.argv[1])
    layers = read_layers(root / "tools" / "layers.txt")
    bad = []
    for path in sorted((root / "src").rglob("*.[ch]")):
        room = path.relative_to(root / "src").parts[0]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if not match:
                continue
            kind, name = match.groups()
            place = f"{path.relative_to(root)}:{number}"
            if kind == '"':
                target = name.split("/")[0]
                if "/" not in name:
                    bad.append(f"{place}: want \"room/file.h\", got \"{name}\"")
                elif target not in layers.get(room, set()) | {room, "accord"}:
                    bad.append(f"{place}: {room} may not use {target}")
            for fenced, owner in FENCED.items():
                if name.startswith(fenced) and room not in (owner if isinstance(owner, tuple) else (owner,)):
                    bad.append(f"{place}: only {owner} may include {name}")
    rooms = {p.name for p in (root / "src").iterdir() if p.is_dir() and any(p.rglob("*.c"))}
    bad += [f"src/{room}: not in tools/layers.txt" for room in sorted(rooms - layers.keys())]
    print("\n".join(bad) if bad else f"{len(rooms)} rooms keep to their layers")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
