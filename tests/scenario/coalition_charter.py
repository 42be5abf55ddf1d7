#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Five members' folders, joined by nothing but files: coalition_charter.py PROGRAM. Prints TAP.

A charter is made and changed, keys are rotated and stolen. Whatever is handed around, in whatever order, all who have the same files say the same; what no quorum wants does not come to be.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MEMBERS = ["alpha", "bravo", "charlie", "delta", "echo"]
WORK = None
PROGRAM = None
NUMBER = 0


def accord(*words, status=0):
    """Standard output; the exit status must be that."""
    done = subprocess.run([PROGRAM, *map(str, words)], cwd=WORK, capture_output=True, timeout=60, check=False, text=True,
                          env={"PATH": os.environ["PATH"], "HOME": str(WORK), "XDG_DATA_HOME": str(WORK / "data"), "LC_ALL": "C",
                               **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}})
    if done.returncode != status:
        raise AssertionError(f"{' '.join(map(str, words))}: exit {done.returncode}, want {status}: {done.stderr}")
    return done.stdout if status == 0 else done.stderr


def new_key(member, purpose, file=None):
    file = file or f"{member}-{purpose}.key"
    accord("agree", "key", "new", f"{member}.example", purpose, file, "--low-cost-for-tests", "--passphrase-file", "words")
    return file


def charter(folder, *words, key=None, status=0, now="2026-03-01T00:00:00Z"):
    signing = ["--key", key, "--passphrase-file", "words"] if key else []
    return accord("agree", "charter", *words, "--dir", folder, "--now", now, *signing, status=status)


def key(folder, *words, by=None, status=0, now="2026-05-01T00:00:00Z"):
    signing = ["--key", by] if by else []
    return accord("agree", "key", *words, "--dir", folder, "--now", now, "--passphrase-file", "words", *signing, status=status)


def version(folder):
    return json.loads(charter(folder, "show", "--json"))


def notes(folder):
    return sorted((WORK / folder / "notes").glob("*.note"))


def charters(folder):
    """By name: the text, and the lines of signatures in whatever order."""
    found = {}
    for path in (WORK / folder / "charter").glob("[0-9]*.note"):
        text, _, lines = path.read_text().rpartition("\n\n")
        found[path.name] = (text, tuple(sorted(lines.splitlines())))
    return found


def show(folder, what="history"):
    return charter(folder, what, "--json")


def since(entry):
    """From that entry on, in all logs: none of them is in these folders."""
    return [word for member in MEMBERS for word in ("--from", f"{member}.example/log={entry}")]


def changes(folder):
    return sorted((change["change"], change["key"]) for row in json.loads(show(folder))["versions"] for change in row["keys"])


def begins():
    """Four members, three of them a quorum; alpha has a root key."""
    for member in MEMBERS:
        for purpose in ("sign", "log"):
            new_key(member, purpose)
    new_key("alpha", "root")
    files = [f"--member={member}={member}-{purpose}.key" for member in MEMBERS[:4] for purpose in ("sign", "log")]
    charter("alpha", "new", "--coalition", "quay.example", "--expires", "2030-01-01T00:00:00Z", *files, "--member=alpha=alpha-root.key",
            "--pledge", "p1 cta-2018/1", "--group", "three 3 alpha bravo charlie delta", "--quorum", "charter three", "--quorum", "statement three",
            key="alpha-root.key")
    charter("bravo", "sign", "alpha/charter/proposed.note", key="bravo-sign.key")
    assert not charters("bravo"), "two of four are no quorum of three"
    charter("charlie", "sign", "alpha/charter/proposed.note", key="charlie-sign.key")
    # Signatures of two copies, gathered by a third.
    charter("charlie", "sign", "bravo/charter/proposed.note")
    assert list(charters("charlie")) == ["1.note"], "three have signed"
    for member in MEMBERS:
        charter(member, "sign", "charlie/charter/1.note")
    assert len({tuple(sorted(charters(member).items())) for member in MEMBERS}) == 1, "all have the same"


def takeover():
    """A stranger's version, signed by himself and one member; a copy of the first with other members."""
    shutil.copytree(WORK / "delta", WORK / "thief")
    new_key("mallory", "sign")
    charter("thief", "propose", "--remove-member", "alpha", "--remove-member", "bravo", "--remove-member", "charlie", "--member", "mallory=mallory-sign.key",
            "--group", "three 2 delta mallory", key="mallory-sign.key", now="2026-04-01T00:00:00Z")
    charter("thief", "sign", key="delta-sign.key", now="2026-04-01T00:00:00Z")
    assert version("thief")["version"] == 1, "its own quorum is met, that of version 1 is not"
    for member in MEMBERS[:4]:
        charter(member, "sign", "thief/charter/proposed.note")
        assert list(charters(member)) == ["1.note"], f"{member} was taken over"
        (WORK / member / "charter" / "proposed.note").unlink()


def joins():
    """Echo joins with version 2; version 3 is not taken before it, and version 1 does not come again."""
    charter("alpha", "propose", "--member=echo=echo-sign.key", "--member=echo=echo-log.key", "--group", "three 3 alpha bravo charlie delta echo",
            "--remove-pledge", "p1", "--pledge", "p2 en No harm to hospitals", key="alpha-root.key", now="2026-04-01T00:00:00Z")
    for member in ("bravo", "echo"):
        charter("alpha", "sign", key=f"{member}-sign.key", now="2026-04-02T00:00:00Z")
    assert version("alpha")["version"] == 1, "echo has no voice under version 1: two of four"
    charter("alpha", "sign", key="charlie-sign.key", now="2026-04-02T00:00:00Z")
    assert version("alpha")["version"] == 2
    charter("alpha", "propose", "--expires", "2031-01-01T00:00:00Z", key="alpha-root.key", now="2026-04-03T00:00:00Z")
    for member in ("bravo", "delta"):
        charter("alpha", "sign", key=f"{member}-sign.key", now="2026-04-03T00:00:00Z")
    assert version("alpha")["version"] == 3
    charter("bravo", "sign", "alpha/charter/3.note")
    assert version("bravo")["version"] == 1, "version 2 was skipped"
    for member in MEMBERS[1:]:
        charter(member, "sign", "alpha/charter/2.note")
        charter(member, "sign", "alpha/charter/3.note")
        charter(member, "sign", "alpha/charter/1.note")
    assert len({show(member) for member in MEMBERS}) == 1 and version("echo")["version"] == 3
    rows = json.loads(show("echo"))["versions"]
    assert rows[1]["joined"] == ["echo"] and rows[1]["pledges"] == ["p2"] and rows[1]["pledges_before"] == ["p1"], rows[1]


def rotates():
    """Bravo's key goes on to the one that was committed to, and nowhere else."""
    shutil.copytree(WORK / "bravo", WORK / "forger")
    new_key("bravo", "sign", "forged.key")
    assert "no key" in key("forger", "rotate", "forged.key", "forged-2.key", status=2)
    key("bravo", "rotate", "bravo-sign.key", "bravo-sign-2.key", *since(5))
    assert "is not known here" in key("bravo", "rotate", "bravo-log.key", "bravo-log-2.key", "--by", "bravo-sign-2.key", *since(5)[2:], status=2)
    note, = notes("bravo")
    for member in MEMBERS:
        key(member, "sign", note)
    assert all(changes(member) == [("rotate", "bravo.example/sign")] for member in MEMBERS)
    # Half of it: only the old key's signature.
    text, _, lines = note.read_text().partition("\n\n")
    (WORK / "half.note").write_text(text + "\n\n" + lines.splitlines(keepends=True)[0])
    key("forger", "sign", "half.note")
    assert changes("forger") == [], "one of both signatures is not enough"
    assert "rotated already" in key("bravo", "rotate", "bravo-sign.key", "bravo-sign-3.key", *since(6), status=5)
    # A wrong signature does not spoil what gathers right ones.
    line, *others = lines.splitlines(keepends=True)
    wrong = line[:-12] + ("B" if line[-12] == "A" else "A") + line[-11:]
    (WORK / "spoilt.note").write_text(text + "\n\n" + wrong + "".join(others))
    shutil.rmtree(WORK / "forger" / "notes", ignore_errors=True)
    key("forger", "sign", "spoilt.note", status=5)
    key("forger", "sign", note)
    assert changes("forger") == [("rotate", "bravo.example/sign")]


def stolen():
    """Charlie's key is stolen: three others say so. The thief's own voice is none, charlie goes on with its next key."""
    key("alpha", "compromised", "charlie.example/sign", *since(3), "--reason-en", "a laptop was stolen",
        by="alpha-root.key", now="2026-06-01T00:00:00Z")
    proposal, = (WORK / "alpha" / "charter").glob("change-*.note")
    key("charlie", "sign", proposal, by="charlie-sign.key")
    key("delta", "sign", proposal, by="delta-sign.key")
    for member in ("charlie", "delta"):
        assert ("compromised", "charlie.example/sign") not in changes(member), "no quorum has said it"
    copy, = (WORK / "delta" / "charter").glob("change-*.note")
    # Bravo's rotated key has its voice.
    key("bravo", "sign", copy, by="bravo-sign-2.key")
    accepted = [note for note in notes("bravo") if b"kind compromised" in note.read_bytes()]
    assert len(accepted) == 1 and ("compromised", "charlie.example/sign") in changes("bravo")
    # The others take notes in other orders, the rotation that it needs among them.
    shutil.rmtree(WORK / "echo" / "notes")
    key("echo", "sign", accepted[0])
    assert changes("echo") == [], "a signature by a key that is not known yet"
    for note in notes("bravo"):
        for member in MEMBERS:
            key(member, "sign", note)
    for member in MEMBERS:
        for note in (WORK / member / "charter").glob("change-*.note"):
            key(member, "sign", note)
    assert all(changes(member) == [("compromised", "charlie.example/sign"), ("rotate", "bravo.example/sign")] for member in MEMBERS)
    # Two voices and the stolen one are not three.
    charter("delta", "propose", "--remove-member", "alpha", "--group", "three 2 bravo charlie delta echo", key="delta-sign.key", now="2026-07-01T00:00:00Z")
    charter("delta", "sign", key="echo-sign.key", now="2026-07-01T00:00:00Z")
    charter("delta", "sign", key="charlie-sign.key", now="2026-07-01T00:00:00Z")
    assert version("delta")["version"] == 3, "the stolen key has a voice"
    # Charlie itself, by the key that follows.
    key("charlie", "rotate", "charlie-sign.key", "charlie-sign-2.key", *since(4), now="2026-07-02T00:00:00Z")
    note, = [note for note in notes("charlie") if b"member charlie" in note.read_bytes() and b"kind rotate" in note.read_bytes()]
    key("delta", "sign", note)
    charter("delta", "propose", "--expires", "2032-01-01T00:00:00Z", "--replace", key="delta-sign.key", now="2026-07-03T00:00:00Z")
    charter("delta", "sign", key="echo-sign.key", now="2026-07-03T00:00:00Z")
    charter("delta", "sign", key="charlie-sign-2.key", now="2026-07-03T00:00:00Z")
    assert version("delta")["version"] == 4
    states = {k["vkey"]: k["state"] for member in version("delta")["members"] for k in member["keys"]}
    assert set(states.values()) == {"in use"}, "a new version has the keys that came of the old ones"


def catches_up():
    """A folder that has nothing takes everything, in one go, and says the same."""
    for name in ("charter", "notes"):
        (WORK / "late" / name).mkdir(parents=True)
        for path in (WORK / "delta" / name).glob("*.note"):
            shutil.copy(path, WORK / "late" / name / path.name)
    assert show("late") == show("delta")
    # One that is altered is refused, not read around.
    path = WORK / "late" / "charter" / "3.note"
    path.write_bytes(path.read_bytes().replace(b"expires 2031", b"expires 2041"))
    assert "wrong" in charter("late", "show", status=5)


def pulls():
    """A folder with the first version takes the others, and the changes of keys that they rest on, from another's folder; what no quorum wants stays there."""
    (WORK / "puller" / "charter").mkdir(parents=True)
    shutil.copy(WORK / "delta" / "charter" / "1.note", WORK / "puller" / "charter" / "1.note")
    accord("agree", "pull", "delta", "--dir", "puller")
    assert show("puller") == show("delta"), "a folder that pulls says the same as the one that was pulled"
    assert accord("agree", "pull", "delta", "--dir", "puller") == "", "a second time changes nothing"
    # The thief's version 2 is signed as it wants itself, and by its own quorum.
    shutil.copy(WORK / "thief" / "charter" / "proposed.note", WORK / "thief" / "charter" / "2.note")
    for member in ("puller", "alpha"):
        before = charters(member)
        said = accord("agree", "pull", "thief", "--dir", member, status=1)
        assert "version 2 of the charter is another one here" in said, said
        assert charters(member) == before
    (WORK / "newcomer" / "charter").mkdir(parents=True)
    shutil.copy(WORK / "delta" / "charter" / "1.note", WORK / "newcomer" / "charter" / "1.note")
    said = accord("agree", "pull", "thief", "--dir", "newcomer", status=1)
    assert "the quorum of version 1 for charters is not met" in said and list(charters("newcomer")) == ["1.note"], said


def main():
    global WORK, PROGRAM, NUMBER
    PROGRAM = os.path.abspath(sys.argv[1])
    steps = [begins, takeover, joins, rotates, stolen, catches_up, pulls]
    print(f"1..{len(steps)}")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        WORK = pathlib.Path(folder)
        (WORK / "words").write_text("open\n")
        for step in steps:
            NUMBER += 1
            try:
                if failed:
                    raise AssertionError("a step before failed")
                step()
                print(f"ok {NUMBER} - {step.__name__}")
            except AssertionError as problem:
                failed = True
                print(f"not ok {NUMBER} - {step.__name__}")
                print("# " + str(problem).replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
