#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Five members' folders, joined only by files, and what goes wrong between them: agree_split.py PROGRAM WRITE_NOTE WRITE_KEYFILE. Prints TAP.

A log shows two members different histories: found at pull, at the witness and at the audit, and a third party verifies the proof. A witness is put back to an old state: it cosigns no second tree of a size. A statement is judged by the
charter that it names while the coalition goes on to the next, and by where it stood sealed when a key is stolen before it can be opened. All keys come from the charter.
"""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import agree
from agree import DAY_1, DAY_2, DAY_4, DAY_9, EMBARGO, Node, fact

MEMBERS = ["alba", "bora", "cala", "dune", "elan"]


class Member(Node):
    """One with a witness, whose commands may end in any way."""

    def __init__(self, tools, base, name):
        super().__init__(tools, base, name)
        self.tools = tools
        (self.base / "witness.key").write_bytes(subprocess.run([tools["keyfile"], f"{name}.example", "witness", self.seed("witness"), agree.PASSPHRASE], check=True,
                                                               capture_output=True).stdout)

    def public(self, purpose):
        """The key as a charter has it, with the hash of the one that follows."""
        return subprocess.run([self.tools["accord"], "agree", "key", "show", str(self.base / f"{purpose}.key"), "--public"], check=True, capture_output=True,
                              text=True).stdout.strip()

    def do(self, *words, key=None, stdin=None, now=DAY_9, folder=None, command="agree"):
        """Exit status, standard output and standard error."""
        line = [self.tools["accord"], command, *map(str, words), "--now", now]
        if command == "agree":
            line += ["--dir", str(folder or self.dir), "--db", str(self.base / "store"), "--no-pack"]
        if key:
            line += ["--key", str(self.base / f"{key}.key"), "--passphrase-file", str(self.base / "passphrase")]
        done = subprocess.run(line, input=stdin if stdin is not None else b"", capture_output=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr.decode()

    def must(self, *words, **more):
        status, out, problem = self.do(*words, **more)
        if status:
            raise AssertionError(f"{self.name}: {words}: exit {status}: {problem}")
        return out

    def leaf(self, text, folder=None):
        """A text of the member's, signed, as a leaf of the log in its folder or in a copy of that."""
        file = self.base / "leaf.note"
        file.write_bytes(self.note(text)[0])
        self.must("log", "append", file, key="log", folder=folder)

    def cosign(self, question):
        return self.do("witness", "add-checkpoint", key="witness", stdin=question)

    def origin(self):
        return hashlib.sha256(f"{self.name}.example/log".encode()).hexdigest()


def charter_text(nodes, version, previous, names, needed):
    lines = ["accord/charter/v1", f"coalition {agree.COALITION}", f"version {version}", f"previous {previous}", "expires 2032-01-01T00:00:00Z", "pledge p1 en act together",
             "pledge p1 fr agir ensemble"]
    for name in names:
        lines += [f"member {name} {purpose} {nodes[name].public(purpose)}" for purpose in ("sign", "witness", "log")]
    lines += [f"group enough {needed} {' '.join(names)}", f"group seen 2 {' '.join(names)}", "quorum charter enough", "quorum statement enough", "quorum checkpoint seen"]
    return "\n".join(lines) + "\n"


def sign_charter(nodes, text, names):
    return text.encode() + b"\n" + b"".join(nodes[name].note(text)[0].split(b"\n\n", 1)[1] for name in names)


def digest(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def prepare(tools, base, names, needed):
    nodes = {name: Member(tools, base, name) for name in MEMBERS}
    text = charter_text(nodes, 1, "none", names, needed)
    note = sign_charter(nodes, text, names)
    for node in nodes.values():
        (node.dir / "charter").mkdir()
        (node.dir / "charter" / "1.note").write_bytes(note)
        node.must("log", "init", key="log", now=DAY_1)
    return nodes, text


def split_view(tools, base):
    nodes, _text = prepare(tools, base, MEMBERS, 3)
    alba, bora, cala, dune, elan = (nodes[name] for name in MEMBERS)
    alba.leaf("accord/test/v1\nnumber 1\n")
    other = base / "alba" / "other"
    shutil.copytree(alba.dir, other)
    alba.leaf("accord/test/v1\nto bora\n")
    alba.leaf("accord/test/v1\nto bora, once more\n", folder=other)
    one, two = (alba.must("log", "growth", "0", folder=folder) for folder in (alba.dir, other))
    status, lines, problem = bora.cosign(one)
    fact(status == 0, "a witness knows the logs of the charter by itself", problem)
    fact(alba.do("log", "cosign", stdin=lines)[0] == 0 and alba.do("log", "cosign", stdin=lines.replace(b"bora", b"cala"))[0] != 0,
         "the log takes the lines of the charter's witnesses, and no others")
    fact(cala.cosign(two)[0] == 0, "another witness is shown another tree, and cannot know")
    status, out, problem = bora.cosign(two)
    fact(status == 1 and out == b"2\n" and "409" in problem and "the proof is in misbehaviour/" in problem, "the first witness refuses the second tree, keeps the proof, and says so",
         (status, out, problem))
    fact(bora.do("pull", alba.dir)[0] == 0 and bora.do("audit")[0] == 1, "an audit says that a proof of misbehaviour is kept", bora.do("audit")[2])
    # Who is no witness of it finds it as soon as he has both views.
    dune.must("pull", bora.dir)
    (cala.dir / "peers").mkdir(exist_ok=True)
    status, _out, problem = cala.do("pull", other)
    fact(status == 0 and cala.do("audit")[0] == 0, "one view alone is whole", problem)
    status, _out, problem = dune.do("pull", cala.dir)
    fact(status == 1 and "misbehaved: alba.example/log" in problem and "the proof is kept" in problem, "whoever has pulled one view finds the other one at the next pull", problem)
    status, _out, problem = dune.do("audit")
    fact(status == 1 and "has signed two trees that contradict each other" in problem, "and every audit says so from then on", problem)
    # A copy that the own witness did not see.
    shutil.rmtree(bora.dir / "misbehaviour")
    shutil.rmtree(bora.dir / "peers" / alba.origin())
    shutil.copytree(cala.dir / "peers" / alba.origin(), bora.dir / "peers" / alba.origin())
    status, _out, problem = bora.do("audit")
    fact(status == 1 and "does not begin with the tree of 2 leaves" in problem, "an audit holds copies against what the own witness has cosigned", problem)
    proof, = (dune.dir / "misbehaviour").glob("*.proof")
    status, out, problem = elan.do(proof, "--trust", elan.dir / "charter" / "1.note", command="verify")
    fact(status == 0 and b"alba.example/log has signed two trees that contradict each other" in out, "a third party verifies the proof by the charter alone", out.decode() + problem)
    fact(elan.do(proof, command="verify")[0] == 1, "without a charter it proves nothing")
    forged = base / "forged.proof"
    forged.write_bytes(proof.read_bytes().replace(b"\n2\n", b"\n3\n"))
    fact(elan.do(forged, "--trust", elan.dir / "charter" / "1.note", command="verify")[0] != 0, "an altered proof proves nothing")
    shutil.copytree(alba.dir / "log", base / "handed" / "log")
    shutil.copytree(alba.dir / "charter", base / "handed" / "charter")
    shutil.copy(proof, base / "handed" / "x.proof")
    status, out, problem = elan.do(base / "handed", "--trust", elan.dir / "charter" / "1.note", command="verify")
    fact(status == 1 and b"what its log says is not to be relied on" in out, "what relies on that log is not proved any more", out.decode() + problem)
    whole, cut = alba.dir / "log", base / "cut"
    status = elan.do("audit", whole, "--trust", elan.dir / "charter" / "1.note", folder=cut)[0]
    fact(status == 0 and elan.do("audit", whole, folder=cut)[0] == 1, "an outsider audits a log by a charter that he trusts, and without one nothing is trusted")


def rollback(tools, base):
    nodes, _text = prepare(tools, base, MEMBERS, 3)
    alba, bora, cala = (nodes[name] for name in MEMBERS[:3])
    alba.leaf("accord/test/v1\nnumber 1\n")
    first = alba.must("log", "growth", "0")
    bora.must("witness", "add-checkpoint", key="witness", stdin=first)
    shutil.copytree(bora.dir, base / "backup")
    other = base / "alba" / "other"
    shutil.copytree(alba.dir, other)
    alba.leaf("accord/test/v1\nnumber 2\n")
    alba.leaf("accord/test/v1\nanother number 2\n", folder=other)
    status, line, problem = bora.cosign(alba.must("log", "growth", "1"))
    fact(status == 0, "the witness cosigns two leaves", problem)
    alba.must("log", "cosign", stdin=line)
    cala.must("pull", alba.dir)
    second = alba.must("log", "growth", "1", folder=other)
    origin = alba.origin()

    def refuses(what):
        status, out, problem = bora.cosign(second)
        fact(status == 1 and out == b"2\n" and "409" in problem, f"{what}: no second tree of two leaves is cosigned", (status, out, problem))
        fact("what was kept of this log was older" in problem, f"{what}: and it is told", problem)

    kept = [bora.dir / "witness" / origin / "checkpoint", bora.dir / "secret" / "witness" / origin]
    newest = kept[0].read_bytes()
    for path in kept:
        path.write_bytes((base / "backup" / path.relative_to(bora.dir)).read_bytes())
        refuses(f"{path.relative_to(bora.dir).parts[0]}/ is put back")
        path.write_bytes(newest)
    # All that the witness itself keeps is put back; a copy of the log that it has cosigned is there.
    bora.must("pull", cala.dir)
    for path in kept:
        path.write_bytes((base / "backup" / path.relative_to(bora.dir)).read_bytes())
    refuses("all of its own memory is put back")
    # The whole folder, as it was; then it pulls from another member before it cosigns, as docs/agreeing.md says.
    shutil.rmtree(bora.dir)
    shutil.copytree(base / "backup", bora.dir)
    bora.must("pull", cala.dir)
    refuses("the whole folder is put back")
    status, line, problem = bora.cosign(alba.must("log", "growth", "2"))
    fact(status == 0 and line.count(b"\n") == 1, "the tree that it cosigned before is cosigned again", problem)
    # A log that is put back: others hold more than it has.
    shutil.rmtree(alba.dir)
    shutil.copytree(other, alba.dir)
    status, _out, problem = alba.do("pull", cala.dir)
    fact(status == 1 and "alba.example/log" in problem, "the owner of a log that was put back learns it at the next pull", problem)


def draft(alba, base, name, *more):
    (base / "objects.json").write_text(json.dumps({"type": "bundle", "id": "bundle--5c9f4e0e-57a4-4f2c-9e0b-6f5f1a1d7d33", "objects": [agree.ACTOR, agree.CAMPAIGN]}))
    alba.run("statement", "draft", name, "--from", str(base / "objects.json"), "--tlp", "clear", "--unmarked", "clear", "--title-en", "Quiet Harbour", "--title-fr", "Port tranquille", *more, now=DAY_1)


def joins(nodes, names, statement, now):
    for name in names:
        nodes[name].run("endorse", statement, "--stance", "joins", "--claim", "c1=joins:likely:75", "--claim", "c2=abstains", now=now)


def exchange(nodes, names):
    for one in names:
        for other in names:
            if one != other:
                nodes[one].do("pull", nodes[other].dir)


def seen(nodes, names):
    """The convener's log, cosigned by two."""
    alba = nodes["alba"]
    for name in names:
        status, _line, problem = nodes[name].cosign(alba.must("log", "growth", "0", now=DAY_4))
        if status == 1:
            size = json.loads(nodes[name].do("witness", "add-checkpoint", "--json", key="witness", stdin=alba.must("log", "growth", "0"))[1])["size"]
            status, _line, problem = nodes[name].cosign(alba.must("log", "growth", str(size)))
        if status:
            raise AssertionError(f"{name} does not cosign: {problem}")
        alba.must("log", "cosign", stdin=_line)


def next_charter(tools, base):
    """Three of four, then four of five: elan joins in between, and later."""
    nodes, text = prepare(tools, base, MEMBERS[:4], 3)
    alba, elan = nodes["alba"], nodes["elan"]
    draft(alba, base, "under-one")
    alba.run("statement", "open", "under-one", now=DAY_1)
    exchange(nodes, MEMBERS[:4])
    joins(nodes, ["bora"], "under-one", DAY_1)
    two = charter_text(nodes, 2, digest(text), MEMBERS, 4)
    note = sign_charter(nodes, two, MEMBERS)
    (base / "2.note").write_bytes(note)
    for node in nodes.values():
        node.must("charter", "sign", base / "2.note")
    exchange(nodes, MEMBERS)
    joins(nodes, ["cala"], "under-one", DAY_2)
    (elan.dir / "notes").mkdir(exist_ok=True)
    status, _out, problem = elan.do("endorse", "under-one", "--stance", "joins", "--claim", "c1=joins:likely:75", "--claim", "c2=abstains", key="sign", now=DAY_2)
    fact(status != 0, "who joined with the next charter has no voice on a statement of the one before", problem)
    exchange(nodes, MEMBERS)
    alba.run("statement", "publish", "under-one", now=DAY_4)
    shown = alba.run("status", "under-one", now=DAY_4, with_key=False)
    fact(shown["claims"][0]["joint"] and shown["claims"][0]["joined"] == 3, "three of four are a quorum of the version that the statement names", shown)
    draft(alba, base, "under-two")
    alba.run("statement", "open", "under-two", now=DAY_4)
    exchange(nodes, MEMBERS)
    joins(nodes, ["bora", "cala"], "under-two", DAY_4)
    exchange(nodes, MEMBERS)
    shown = alba.run("status", "under-two", now=DAY_4, with_key=False)
    fact(not shown["claims"][0]["joint"] and shown["claims"][0]["joined"] == 3, "three are no quorum of the next version", shown)
    joins(nodes, ["elan"], "under-two", DAY_4)
    exchange(nodes, MEMBERS)
    alba.run("statement", "publish", "under-two", now=DAY_4)
    shown = alba.run("status", "under-two", now=DAY_4, with_key=False)
    fact(shown["claims"][0]["joint"] and shown["claims"][0]["joined"] == 4, "with the new member they are", shown)
    seen(nodes, ["bora", "cala"])
    for name, want in (("under-one", 1), ("under-two", 2)):
        alba.must("export", base / name, "--statement", name, now=DAY_4)
        status, out, problem = elan.do(base / name, "--trust", digest(text), "--as-of", DAY_9, command="verify")
        fact(status == 0 and f"under charter {want} of".encode() in out, f"an outsider who trusts version 1 verifies {name}", out.decode() + problem)
    status, out, problem = elan.do(base / "under-one", "--trust", digest(two), "--as-of", DAY_9, command="verify")
    fact(status == 0, "and whoever trusts version 2 verifies a statement of version 1", out.decode() + problem)


def stolen_in_between(tools, base):
    """The convener's key is stolen while his statement is sealed."""
    nodes, text = prepare(tools, base, MEMBERS, 3)
    alba, elan = nodes["alba"], nodes["elan"]
    draft(alba, base, "sealed", "--embargo", EMBARGO)
    opened = alba.run("statement", "open", "sealed", now=DAY_1)
    exchange(nodes, MEMBERS)
    joins(nodes, ["bora", "cala", "dune"], "sealed", DAY_2)
    exchange(nodes, MEMBERS)
    since = [word for name in MEMBERS for word in ("--from", f"{name}.example/log={opened['entry'] + 1 if name == 'alba' else 1}")]
    bora = nodes["bora"]
    bora.must("key", "compromised", "alba.example/sign", *since, "--reason-en", "stolen", key="sign", now=DAY_2)
    for name in ("cala", "dune"):
        proposal, = (nodes["bora"].dir / "charter").glob("change-*.note")
        nodes[name].must("key", "sign", proposal, key="sign", now=DAY_2)
        for copy in (nodes[name].dir / "charter").glob("change-*.note"):
            bora.must("key", "sign", copy, now=DAY_2)
        if not list((bora.dir / "charter").glob("change-*.note")):
            break
    changes = [note for note in (bora.dir / "notes").glob("*.note") if note.read_bytes().startswith(b"accord/key/")]
    changes += [note for note in (nodes["dune"].dir / "notes").glob("*.note") if note.read_bytes().startswith(b"accord/key/")]
    fact(bool(changes), "three members declare the convener's key stolen")
    alba.must("key", "sign", changes[0], now=DAY_2)
    alba.must("key", "rotate", alba.base / "sign.key", alba.base / "sign-2.key", *since, "--passphrase-file", alba.base / "passphrase", now=DAY_2)
    alba.base.joinpath("sign.key").write_bytes(alba.base.joinpath("sign-2.key").read_bytes())
    for node in nodes.values():
        for note in [changes[0], *[note for note in (alba.dir / "notes").glob("*.note") if note.read_bytes().startswith(b"accord/key/")]]:
            node.do("key", "sign", note, now=DAY_2)
    seen(nodes, ["bora", "cala"])
    alba.run("statement", "publish", "sealed", now=DAY_4)
    seen(nodes, ["bora", "cala"])
    exchange(nodes, MEMBERS)
    for name in ("bora", "cala", "dune"):
        nodes[name].run("statement", "publish", "sealed", now=DAY_4)
    exchange(nodes, MEMBERS)
    alba.run("statement", "publish", "sealed", now=DAY_4)
    seen(nodes, ["bora", "cala"])
    shown = alba.run("status", "sealed", now=DAY_4, with_key=False)
    fact(shown["state"] == "published" and shown["claims"][0]["joint"] and shown["claims"][0]["joined"] == 4, "what the convener sealed before still counts", shown)
    alba.must("export", base / "public", "--statement", "sealed", now=DAY_4)
    fact(any(base.joinpath("public").glob("statement-commitment-*.tlog-proof")) and any(base.joinpath("public").glob("statement-opening-*.note")),
         "an export holds the commitment, its proof and what opens it", sorted(path.name for path in (base / "public").iterdir()))
    status, out, problem = elan.do(base / "public", "--trust", digest(text), "--as-of", DAY_9, command="verify")
    fact(status == 0 and b"was declared compromised later" in out, "an outsider verifies it, and reads that the key was stolen later", out.decode() + problem)
    for file in base.joinpath("public").glob("statement-opening-*"):
        file.unlink()
    status, out, _problem = elan.do(base / "public", "--trust", digest(text), "--as-of", DAY_9, command="verify")
    fact(status == 1, "without the opening the convener's signature is void", out.decode())


def main():
    tools = dict(zip(("accord", "note", "keyfile"), sys.argv[1:4]))
    for test in (split_view, rollback, next_charter, stolen_in_between):
        with tempfile.TemporaryDirectory(prefix="accord-split-") as folder:
            try:
                test(tools, pathlib.Path(folder))
            except AssertionError as error:
                fact(False, f"{test.__name__}: every command does what it is asked", error)
    print(f"1..{agree.facts}")
    return 1 if agree.failures else 0


if __name__ == "__main__":
    sys.exit(main())
