#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Go program of docs/verifying.md checks an export: agree_outsider.py FOLDER DOCUMENT. Prints TAP.

It is taken out of the document as it stands there, built from Debian's sources of golang.org/x/mod with no network, and run on each note of the folder with its proof; then on altered ones, which it must refuse. Skipped, with a word,
where Go or its module is not installed.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FOLDER, DOCUMENT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
X_MOD = pathlib.Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")


def build(work):
    text = DOCUMENT.read_text()
    source = work / "src" / "outsider"
    source.mkdir(parents=True)
    (source / "main.go").write_text(re.search(r"^```go\n(.*?)^```$", text, re.DOTALL | re.MULTILINE).group(1))
    env = dict(os.environ, GO111MODULE="off", GOPATH=f"{work}:/usr/share/gocode", GOCACHE=str(work / "cache"), GOFLAGS="", GOPROXY="off")
    built = subprocess.run(("go", "build", "-o", work / "outsider", source / "main.go"), env=env, capture_output=True, text=True, timeout=400, check=False)
    if built.returncode:
        raise AssertionError(built.stderr)
    return text


def outsider(work, note, proof):
    done = subprocess.run((work / "outsider", FOLDER / "keys.txt", note, proof), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def says_what_is_written(work, text):
    """The answer that the document shows is the program's."""
    shown = re.search(r"^\$ outsider keys.txt (\S+) (\S+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    status, out = outsider(work, FOLDER / shown.group(1), FOLDER / shown.group(2))
    assert status == 0 and out == shown.group(3), out


def proves_every_note(work, _text):
    proofs = sorted(FOLDER.glob("*.tlog-proof"))
    assert len(proofs) > 3
    for proof in proofs:
        status, out = outsider(work, proof.with_suffix(".note"), proof)
        assert status == 0 and "signed by" in out and "leaf" in out, (proof, out)


def refuses_what_is_altered(work, _text):
    note, proof = (FOLDER / "statement.note").read_bytes(), (FOLDER / "statement.tlog-proof").read_bytes()
    index = proof.index(b"index ") + len(b"index ")
    text_ends = proof.index(b"\n\n")
    cases = {"a letter of the note": (note.replace(b"servers", b"server5", 1), proof),
             "the index": (note, proof[:index] + b"2" + proof[index + 1:]),
             "a hash": (note, proof[:text_ends - 10] + (b"A" if proof[text_ends - 10:text_ends - 9] != b"A" else b"B") + proof[text_ends - 9:]),
             "the checkpoint": (note, proof[:text_ends] + proof[text_ends:].replace(b"\n7\n", b"\n8\n")),
             "another note's proof": ((FOLDER / "publication.note").read_bytes(), proof)}
    for what, (a, b) in cases.items():
        assert (a, b) != (note, proof), what
        (work / "a.note").write_bytes(a)
        (work / "b.tlog-proof").write_bytes(b)
        status, out = outsider(work, work / "a.note", work / "b.tlog-proof")
        assert status == 1, f"{what} is altered: {out}"


def main():
    tests = (says_what_is_written, proves_every_note, refuses_what_is_altered)
    print(f"1..{len(tests)}")
    if not shutil.which("go") or not X_MOD.is_dir():
        for number, test in enumerate(tests, 1):
            print(f"ok {number} - {test.__name__} # SKIP golang-golang-x-mod-dev is not installed")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        try:
            text = build(work)
        except AssertionError as problem:
            print(f"Bail out! {problem}")
            return 1
        for number, test in enumerate(tests, 1):
            try:
                test(work, text)
                print(f"ok {number} - {test.__name__}")
            except AssertionError as problem:
                failed += 1
                print(f"not ok {number} - {test.__name__}\n# {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
