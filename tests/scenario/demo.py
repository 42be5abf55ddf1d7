#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole main job on the bundled scenario: demo.py PROGRAM. Prints TAP. The demo checks itself; this checks that it does, and what it leaves behind."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])


def main():
    results = []
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, HOME=folder, XDG_DATA_HOME=folder + "/data", NO_COLOR="1")
        target = pathlib.Path(folder) / "demo"

        def accord(*arguments):
            return subprocess.run([PROGRAM, *arguments], env=env, capture_output=True, text=True, errors="replace", timeout=300, check=False)

        demo = accord("demo", str(target))
        results.append(("the demo ends well", demo.returncode == 0, demo.stdout[-1500:] + demo.stderr[-1500:]))
        results.append(("the demo says that what it found is what was planted", "exactly" in demo.stdout, demo.stdout[-800:]))
        again = accord("demo", str(target))
        results.append(("a second demo in the same folder ends well too", again.returncode == 0, again.stdout[-800:] + again.stderr[-800:]))
        store = ["--db", str(target / "state")]
        know = accord("know", *store, "--json", "bronze mohawk")
        page = json.loads(know.stdout) if know.returncode == 0 else {}
        names = json.dumps(page)
        for name in ("APT40", "BRONZE MOHAWK", "GADOLINIUM", "Kryptonite Panda", "Leviathan", "TEMP.Jumper"):
            results.append((f"one page calls the actor {name}", name.lower() in names.lower(), know.stderr[-500:]))
        for verb in (["attribute", "--leads"], ["advise"]):
            done = accord(*verb, *store, "--json")
            results.append((f"{verb[0]} answers in JSON", done.returncode == 0 and json.loads(done.stdout)["schema"].startswith("accord."),
                            done.stdout[:500] + done.stderr[-500:]))
    print(f"1..{len(results)}")
    for number, (name, ok, words) in enumerate(results, 1):
        print(f"{'ok' if ok else 'not ok'} {number} - {name}")
        if not ok:
            print("\n".join("# " + line for line in words.splitlines()))
    return 0 if all(ok for _, ok, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
