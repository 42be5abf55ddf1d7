#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The example program built against an installed tree, as others will: installed.py BUILD SOURCE FLAGS COMPILER... Prints TAP.

Installs into a temporary folder, compiles examples/scan.c with what pkg-config says, against the shared library and the static one, and runs both. FLAGS: what this build was
instrumented with ("-fsanitize=address --coverage"), may be empty.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

LOG = "a line\nGET http://www.evil.example/x from 192.0.2.77\nnotevil.example 192.0.20.7\n"
# Offsets by hand: line 2 begins at byte 7; "www.evil.example" 11 behind that, the address 35.
HITS = "2:18 domain-name www.evil.example (subdomain)\n2:42 ipv4-addr 192.0.2.77 (cidr)\n"


def run(words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=240, check=False, **more)


def main():
    build, source = map(pathlib.Path, sys.argv[1:3])
    flags, compiler = sys.argv[3].split(), sys.argv[4:]
    if not shutil.which("pkg-config"):
        print("1..0 # SKIP pkg-config is not here")
        return 0
    print("1..3")
    with tempfile.TemporaryDirectory() as folder:
        done = run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder])
        print(f"{'not ok' if done.returncode else 'ok'} 1 - the tree installs")
        if done.returncode:
            print("\n".join("# " + line for line in (done.stdout + done.stderr).splitlines()[-20:]))
            return 1
        pc = next(pathlib.Path(folder).rglob("libaccord.pc"))
        env = {**os.environ, "PKG_CONFIG_PATH": str(pc.parent), "PKG_CONFIG_SYSROOT_DIR": folder}
        bad = 0
        for number, (name, options) in enumerate((("shared", []), ("static", ["--static"])), 2):
            said = run(["pkg-config", "--cflags", "--libs", *options, "libaccord"], env=env)
            # With a sysroot the system's own folders are prefixed too; they stay where they are.
            words = [word for word in said.stdout.split() if not word.startswith("-I" + folder) or (pathlib.Path(word[2:]) / "accord").is_dir()]
            if options:
                words = ["-l:libaccord.a" if word == "-laccord" else word for word in words]
            program = os.path.join(folder, name)
            made = run([*compiler, "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", *flags, "-o", program, source / "examples" / "scan.c", *words,
                        f"-Wl,-rpath,{pc.parent.parent}"], env=env)
            got = run([program, "evil[.]example", "192.0.2.0/24"], input=LOG) if made.returncode == 0 else made
            good = got.returncode == 0 and got.stdout == HITS
            bad += not good
            print(f"{'ok' if good else 'not ok'} {number} - the example works with the {name} library")
            if not good:
                print("\n".join("# " + line for line in (said.stderr + made.stderr + got.stdout + got.stderr).splitlines()[-30:]))
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
