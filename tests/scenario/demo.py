#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole main job on the bundled scenario: demo.py PROGRAM. Prints TAP. The demo checks itself; this checks that it does, and what it leaves behind."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])


def check_statement(target, story, accord, results):
    """An outsider with the charter's digest, and everything by which the folder could be made to seem to say something else."""
    published, as_of = target / "published", ["--as-of", "2021-03-13T00:00:00Z"]
    trust = ["--trust", re.search(r"sha256:[0-9a-f]{64}", story).group(0)]

    def verify(name, want, *arguments):
        done = accord("verify", *arguments)
        results.append((name, done.returncode == want, f"exit {done.returncode}, want {want}\n{done.stdout[-900:]}{done.stderr[-500:]}"))
        return done.stdout

    told = verify("an outsider verifies the folder", 0, *trust, *as_of, str(published))
    results.append(("two claims are joint and one is not", all(words in told for words in ("claim c1, joint", "claim c2, joint", "claim c3, not joint")), told))
    results.append(("the dissent is shown", "dissenting tallis" in told, told))
    told = verify("the folder alone proves nothing", 1, *as_of, str(published))
    results.append(("it says that the charter must be compared", "which you must compare by another channel" in told, told))
    verify("months later the log's state is stale", 1, *trust, "--as-of", "2021-09-13T00:00:00Z", str(published))
    verify("every member's folder verifies with the charter of another", 0, "--trust", str(target / "agree/tallis/charter/1.note"), *as_of,
           *[str(target / "agree/norvalia" / part) for part in ("charter", "notes", "bundles", "log")])
    for missing, want in (("endorsement-tallis-1.note", 1), ("publication.note", 1), ("bundle.json", 1), ("statement.tlog-proof", 1)):
        with tempfile.TemporaryDirectory() as folder:
            cut = pathlib.Path(folder) / "cut"
            shutil.copytree(published, cut)
            (cut / missing).unlink()
            verify(f"without {missing} it is not proved", want, *trust, *as_of, str(cut))
    with tempfile.TemporaryDirectory() as folder:
        forged = pathlib.Path(folder) / "forged"
        shutil.copytree(published, forged)
        note = forged / "endorsement-tallis-1.note"
        note.write_bytes(note.read_bytes().replace(b"stance dissents", b"stance abstains"))
        verify("an edited word is refused", 1, *trust, *as_of, str(forged))
    for path in published.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            results.append((f"{path.name} holds no indicator and no secret", not any(word in text for word in (b"mail-sync", b"AMBER", b"PRIVATE", b"sealed")), ""))
    store = ["--db", str(target / "state")]
    done = accord("know", *store, "--json", "Intrusions into mail servers in March 2021 (demonstration, all invented)")
    results.append(("the statement is in the store", done.returncode == 0 and "report--" in done.stdout, done.stdout[-500:] + done.stderr[-500:]))
    done = accord("validate", str(published / "stix.json"))
    results.append(("its objects are valid STIX", done.returncode == 0, done.stdout[-500:] + done.stderr[-500:]))


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
        check_statement(target, demo.stdout, accord, results)
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
