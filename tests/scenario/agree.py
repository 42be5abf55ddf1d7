#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Five members agree, each in a folder of his own, joined only by files: agree.py PROGRAM WRITE_NOTE WRITE_KEYFILE. Prints TAP.

A draft is consulted on and opened under embargo; members endorse it; nothing of it is in any log until the embargo ends; it is published, with one claim short of its quorum; a dissent that is left out is found; an old endorsement
that is played again does nothing; members say how far its follow-ups have come; one joins late, others withdraw until it has lapsed.
"""
import base64
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

MEMBERS = ["alba", "bora", "cala", "dune", "elan"]
COALITION = "harbour.example"
PASSPHRASE = "for tests"
ACTOR = {"type": "threat-actor", "spec_version": "2.1", "id": "threat-actor--6b6e1f3a-4ad6-4a1c-9f0b-0d5e2f9a7c11",
         "created": "2031-01-01T00:00:00.000Z", "modified": "2031-01-01T00:00:00.000Z", "name": "Grey Heron", "confidence": 90}
CAMPAIGN = {"type": "campaign", "spec_version": "2.1", "id": "campaign--0b1f2f7e-4e0b-4a86-8f2c-5f0f3cbb1a22",
            "created": "2031-01-01T00:00:00.000Z", "modified": "2031-01-01T00:00:00.000Z", "name": "Quiet Harbour", "confidence": 60}
DAY_1, DAY_2, EMBARGO, DAY_4, DAY_9 = ("2031-03-01T09:17:11Z", "2031-03-02T10:23:45Z", "2031-03-03T12:34:56Z", "2031-03-04T08:00:00Z", "2031-03-09T08:00:00Z")
STATEMENT = "2031-quiet-harbour"
failures = 0
facts = 0


def fact(holds, what, detail=""):
    global failures, facts
    facts += 1
    failures += not holds
    print(f"{'ok' if holds else 'not ok'} {facts} - {what}")
    if not holds and detail:
        print("# " + str(detail).replace("\n", "\n# "))


class Node:
    """A member: his keys and his folder."""

    def __init__(self, tools, base, name):
        self.tools, self.name, self.base = tools, name, base / name
        self.said = b""
        self.dir = self.base / "agree"
        self.dir.mkdir(parents=True)
        (self.base / "passphrase").write_text(PASSPHRASE + "\n")
        for purpose in ("sign", "log"):
            seed = self.seed(purpose)
            (self.base / f"{purpose}.key").write_bytes(subprocess.run([tools["keyfile"], f"{name}.example", purpose, seed, PASSPHRASE], check=True, capture_output=True).stdout)

    def seed(self, purpose):
        return hashlib.sha256(f"accord-test-key:{self.name}/{purpose}".encode()).hexdigest()

    def vkey(self, purpose):
        text = f"{self.name}.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" if purpose == "log" else "accord/x/v1\n"
        return self.note(text, purpose)[1]

    def note(self, text, purpose="sign"):
        """The note of a text, and the vkey."""
        done = subprocess.run([self.tools["note"], f"{self.name}.example/{purpose}", "1", self.seed(purpose)], input=text.encode(), check=True, capture_output=True)
        return done.stdout, done.stderr.decode().strip()

    def run(self, *words, now, status=0, with_log=True, with_key=True):
        """A command of the member's; JSON where there is some."""
        command = [self.tools["accord"], "agree", *words, "--dir", str(self.dir), "--db", str(self.base / "store"), "--no-pack", "--now", now, "--json"]
        if with_key:
            command += ["--key", str(self.base / "sign.key"), "--passphrase-file", str(self.base / "passphrase")]
            command += ["--log-key", str(self.base / "log.key")] if with_log else []
        done = subprocess.run(command, capture_output=True)
        self.said += done.stdout + done.stderr
        if done.returncode != status:
            raise AssertionError(f"{self.name}: {' '.join(words)}: {done.returncode}, want {status}: {done.stderr.decode()}")
        return json.loads(done.stdout) if done.stdout[:1] == b"{" else done.stderr.decode()

    def status(self, now=DAY_9):
        return self.run("status", STATEMENT, now=now, with_key=False)

    def hand_to(self, other, *, notes=True, leave_out=lambda note: False):
        """A folder that is handed over: log, notes, charter and bundles; never secret/."""
        origin = hashlib.sha256(f"{self.name}.example/log".encode()).hexdigest()
        peer = other.dir / "peers" / origin
        shutil.rmtree(peer, ignore_errors=True)
        shutil.copytree(self.dir / "log", peer)
        for part in ("notes", "bundles", "charter"):
            for file in (self.dir / part).glob("*") if (self.dir / part).exists() and (notes or part != "notes") else []:
                (other.dir / part).mkdir(exist_ok=True)
                if not leave_out(file) and not file.name.startswith("."):
                    shutil.copy(file, other.dir / part / file.name)

    def pull(self, other, now=DAY_9):
        """Another member's folder taken in by the program; what it says of notes."""
        done = subprocess.run([self.tools["accord"], "agree", "pull", str(other.dir), "--dir", str(self.dir), "--db", str(self.base / "store"), "--no-pack", "--now", now,
                               "--json"], capture_output=True)
        if done.returncode != 0:
            raise AssertionError(f"{self.name} pulls {other.name}: {done.returncode}: {done.stderr.decode()}")
        return json.loads(done.stdout.splitlines()[-1])

    def log_bytes(self):
        return b"".join(file.read_bytes() for file in sorted((self.dir / "log").rglob("*")) if file.is_file())


def charter(nodes):
    """Three of five for charters and statements."""
    lines = ["accord/charter/v1", f"coalition {COALITION}", "version 1", "previous none", "expires 2032-01-01T00:00:00Z", "pledge p1 en act together", "pledge p1 fr agir ensemble"]
    for node in nodes.values():
        lines += [f"member {node.name} {purpose} {node.vkey(purpose)}" for purpose in ("sign", "log")]
    lines += [f"group three 3 {' '.join(nodes)}", "quorum charter three", "quorum statement three"]
    text = "\n".join(lines) + "\n"
    return text.encode() + b"\n" + b"".join(node.note(text)[0].split(b"\n\n", 1)[1] for node in nodes.values())


def stances(standing, claim):
    return {voice["member"]: voice["stance"] for voice in standing["claims"][claim]["voices"]}


def exchange(nodes):
    for one in nodes.values():
        for other in nodes.values():
            if one is not other:
                other.pull(one)


def prepare(tools, base):
    nodes = {name: Node(tools, base, name) for name in MEMBERS}
    note = charter(nodes)
    for node in nodes.values():
        (node.dir / "charter").mkdir()
        (node.dir / "charter" / "1.note").write_bytes(note)
        subprocess.run([tools["accord"], "agree", "log", "init", "--dir", str(node.dir), "--key", str(node.base / "log.key"), "--passphrase-file",
                        str(node.base / "passphrase"), "--now", DAY_1], check=True, capture_output=True)
    return nodes


def consult_and_open(nodes, base):
    alba, bora = nodes["alba"], nodes["bora"]
    (base / "objects.json").write_text(json.dumps({"type": "bundle", "id": "bundle--5c9f4e0e-57a4-4f2c-9e0b-6f5f1a1d7d33", "objects": [ACTOR, CAMPAIGN]}))
    drafted = alba.run("statement", "draft", STATEMENT, "--from", str(base / "objects.json"), "--tlp", "clear", "--unmarked", "clear", "--embargo", EMBARGO, "--title-en", "Quiet Harbour",
                       "--title-fr", "Port tranquille", now=DAY_1)
    fact(drafted["claims"] == 2 and drafted["objects"] == 2, "a draft has a claim for each object", drafted)
    draft = pathlib.Path(drafted["file"])
    draft.write_text(draft.read_text().replace("claim-text c2 en Quiet Harbour took part.", "claim-text c2 en Quiet Harbour was meant to last.") +
                     "action a1 2031-03-05T00:00:00Z Lay buoys\naction-fr a1 Poser des bouées\naction-owner a1 bora\naction a2 2031-03-08T00:00:00Z Count ships\naction-fr a2 Compter les navires\n")
    shutil.copy(draft, base / "sent.draft")
    commented = bora.run("comment", str(base / "sent.draft"), "--claim", "c2", "--likelihood", "unlikely:30:low", "--remark-en", "one report only", now=DAY_1)
    fact(commented["sealed"] and commented["kind"] == "comment", "a comment stands in the log as a commitment", commented)
    bora.hand_to(alba)
    shown = subprocess.run([alba.tools["accord"], "agree", "statement", "show", STATEMENT, "--dir", str(alba.dir), "--now", DAY_1], capture_output=True, text=True).stdout
    fact("one report only" in shown and "bora, round 1, claim c2" in shown, "the convener sees the comments on his draft", shown)
    opened = alba.run("statement", "open", STATEMENT, now=DAY_1)
    again = alba.run("statement", "open", STATEMENT, now=DAY_2)
    fact(opened["sealed"] and opened["digest"] == again["digest"] and opened["entry"] == again["entry"], "opening once more opens nothing new", again)
    exchange(nodes)


def endorse(nodes):
    say = {"bora": ["--stance", "joins", "--claim", "c1=joins:likely:75", "--claim", "c2=abstains"],
           "cala": ["--stance", "joins-in-part", "--claim", "c1=joins", "--claim", "c2=notes"],
           "dune": ["--stance", "dissents", "--caveat-en", "we saw nothing", "--caveat-fr", "nous n'avons rien vu"]}
    for name, words in say.items():
        done = nodes[name].run("endorse", STATEMENT, *words, now=DAY_2)
        fact(done["sealed"], f"the word of {name} is a commitment while the embargo lasts", done)
    begun = nodes["bora"].run("action", STATEMENT, "a1", "--status", "underway", "--remark-en", "two buoys of four", "--remark-fr", "deux bouées sur quatre", now=DAY_2)
    fact(begun["sealed"] and begun["kind"] == "action", "a word on a follow-up is a commitment while the embargo lasts", begun)
    once_more = nodes["bora"].run("endorse", STATEMENT, *say["bora"], now=DAY_2)
    fact(once_more["entry"] == 1, "saying the same again says it once", once_more)
    exchange(nodes)


def under_embargo(nodes):
    words = [b"Quiet", b"Heron", b"tranquille", STATEMENT.encode(), b"2031-03-03", b"12:34:56", b"09:17:11", b"10:23:45", b"joins", b"dissents", b"one report only", b"we saw nothing", b"buoys", b"underway",
             b"campaign--", b"threat-actor--", b"nonce"]
    for node in nodes.values():
        found = [word for word in words if word in node.log_bytes()]
        fact(not found, f"nothing of it is in the log of {node.name} while the embargo lasts", found)
    refused = nodes["alba"].run("statement", "publish", STATEMENT, now=DAY_2, status=5)
    fact("under embargo" in refused, "it cannot be published before the embargo ends", refused)


def publish(nodes):
    refused = nodes["bora"].run("statement", "publish", STATEMENT, now=DAY_4, status=5)
    fact("alba's to publish" in refused, "nobody but the convener publishes it", refused)
    nodes["alba"].run("statement", "publish", STATEMENT, now=DAY_4)
    again = nodes["alba"].run("statement", "publish", STATEMENT, now=DAY_9)
    exchange(nodes)
    for name in ("bora", "cala", "dune"):
        nodes[name].run("statement", "publish", STATEMENT, now=DAY_4)
    exchange(nodes)
    for name in MEMBERS:
        standing = nodes[name].status()
        fact(standing["state"] == "published" and standing["published"] == DAY_4 and [claim["joint"] for claim in standing["claims"]] == [True, False] and
             stances(standing, 0) == {"alba": "joins", "bora": "joins", "cala": "joins", "dune": "dissents", "elan": "silent"} and
             (standing["claims"][0]["low"], standing["claims"][0]["high"], standing["claims"][0]["headline"]) == (75, 90, "likely"),
             f"{name} counts the same: c1 joint, c2 not", standing)
        fact(standing["claims"][1]["lacks"] == [{"group": "three", "needed": 3, "have": 1, "missing": ["bora", "cala", "dune", "elan"]}], f"{name} sees what c2 lacks",
             standing["claims"][1])
        database = sqlite3.connect(f"file:{nodes[name].base}/store/accord.db?mode=ro", uri=True)
        kinds = {kind for (kind,) in database.execute("SELECT word.text FROM version JOIN word ON word.num = version.type WHERE is_current = 1")}
        database.close()
        fact({"report", "opinion", "identity", "campaign", "course-of-action", "note"} <= kinds, f"the store of {name} has what was published as STIX objects", kinds)
    for name in ("alba", "bora", "cala", "dune"):
        fact(b"accord/opening/v1" in nodes[name].log_bytes() and b"nonce " in nodes[name].log_bytes(), f"the log of {name} shows note and key now")
    fact(b"one report only" not in nodes["bora"].log_bytes(), "a comment stays sealed", again)
    fact(b"two buoys of four" in nodes["bora"].log_bytes(), "a word on a follow-up is opened with the rest")


def omission(nodes, tools, base):
    """A convener's folder without the dissent, and the dissenter's log beside it."""
    folder = base / "handed"
    for part in ("charter", "notes", "bundles", "log"):
        shutil.copytree(nodes["alba"].dir / part, folder / part)
    for note in (folder / "notes").glob("*.note"):
        if b"member dune" in note.read_bytes():
            note.unlink()
    digest = hashlib.sha256((folder / "charter" / "1.note").read_bytes().split(b"\n\n", 1)[0] + b"\n").hexdigest()
    whole = subprocess.run([tools["accord"], "verify", "--trust", f"sha256:{digest}", "--as-of", DAY_4, str(nodes["alba"].dir / "charter"), str(nodes["alba"].dir / "notes"),
                            str(nodes["alba"].dir / "bundles"), str(nodes["alba"].dir / "log")], capture_output=True, text=True)
    fact("claim" in whole.stdout or whole.returncode in (0, 1), "an outsider checks the folder", whole.stdout + whole.stderr)
    # A publication that never counted the dissent: the convener's word against the dissenter's log.
    text = next(note.read_bytes() for note in (folder / "notes").glob("*.note") if note.read_bytes().startswith(b"accord/publication/v1")).split(b"\n\n", 1)[0].decode() + "\n"
    counted = next(line for line in text.splitlines() if line.startswith("entries ")).split()[1:]
    forged = text.replace("entries " + " ".join(counted), "entries " + " ".join(counted[:-1]))
    for note in (folder / "notes").glob("*.note"):
        if note.read_bytes().startswith(b"accord/publication/v1"):
            note.unlink()
    (folder / "notes" / "forged.note").write_bytes(nodes["alba"].note(forged)[0])
    shutil.copytree(nodes["dune"].dir / "log", folder / "peers" / "dune")
    shutil.copy(next(note for note in (nodes["dune"].dir / "notes").glob("*.note") if b"member dune" in note.read_bytes()), folder / "notes" / "dune.note")
    found = subprocess.run([tools["accord"], "verify", "--trust", f"sha256:{digest}", "--as-of", DAY_4, str(folder)], capture_output=True, text=True)
    fact(found.returncode == 1 and "incomplete" in found.stdout, "a dissent that is left out is found in the dissenter's log", found.stdout + found.stderr)


def courses_of_action(node):
    """Current ones in the store, by their names."""
    database = sqlite3.connect(f"file:{node.base}/store/accord.db?mode=ro", uri=True)
    found = {}
    for blob, in database.execute("SELECT version.exact FROM version JOIN word ON word.num = version.type WHERE is_current = 1 AND word.text = 'course-of-action'"):
        item = json.loads(blob)
        found[item["name"]] = item
    database.close()
    return found


def follow_up(nodes, base):
    report = base / "report.txt"
    report.write_text("four buoys\n")
    refused = nodes["cala"].run("action", STATEMENT, "a1", "--status", "done", now=DAY_4, status=3)
    fact("is bora's, not cala's" in refused, "nobody but its owner says how far a follow-up has come", refused)
    steps = {action["id"]: action for action in nodes["dune"].run("status", STATEMENT, "--as-of", "2031-03-06T00:00:00Z", now=DAY_4, with_key=False)["actions"]}
    fact([(step["member"], step["status"], step["overdue"], step["remark_en"]) for step in steps["a1"]["steps"]] == [("bora", "underway", True, "two buoys of four")] and
         [step["overdue"] for step in steps["a2"]["steps"]] == [False] * 5, "what is not done in time is overdue", steps)
    nodes["bora"].run("action", STATEMENT, "a1", "--status", "done", "--proof", str(report), now="2031-03-04T09:00:00Z")
    again = nodes["bora"].run("action", STATEMENT, "a1", "--status", "done", "--proof", str(report), now="2031-03-04T10:00:00Z")
    nodes["cala"].run("action", STATEMENT, "a2", "--status", "dropped", "--remark-en", "no ships", "--remark-fr", "pas de navires", now="2031-03-04T11:00:00Z")
    exchange(nodes)
    for node in nodes.values():
        steps = {action["id"]: action for action in node.status()["actions"]}
        done = steps["a1"]["steps"][0]
        fact(steps["a1"]["status"] == "done" and not done["overdue"] and (done["seq"], done["at"], done["proof_sha256"]) ==
             (2, "2031-03-04T09:00:00Z", hashlib.sha256(report.read_bytes()).hexdigest()) and
             {step["member"]: (step["status"], step["overdue"]) for step in steps["a2"]["steps"]} ==
             {"alba": ("open", True), "bora": ("open", True), "cala": ("dropped", False), "dune": ("open", True), "elan": ("open", True)},
             f"{node.name} sees what is done, by whom, and what is overdue", (steps, again))
    for name in ("alba", "elan"):
        held = courses_of_action(nodes[name])
        fact(held["Lay buoys"]["description"] == "Due 2031-03-05. bora: done (2031-03-04)." and
             held["Count ships"]["modified"] == "2031-03-04T11:00:00.000001Z" and held["Lay buoys"]["modified"] == "2031-03-04T09:00:00.000002Z",
             f"the store of {name} has how far it has come", held)


def afterwards(nodes):
    late = nodes["elan"].run("endorse", STATEMENT, "--stance", "joins", "--claim", "c2=joins:roughly-even-chance:50", now="2031-03-05T08:00:00Z")
    fact(not late["sealed"], "after the embargo a word is a leaf as it is", late)
    first = next(note for note in (nodes["cala"].dir / "notes").glob("*.note") if b"member cala\nseq 1\n" in note.read_bytes() and note.read_bytes().startswith(b"accord/endorsement"))
    nodes["cala"].run("endorse", STATEMENT, "--stance", "withdraws", "--reason-en", "new evidence", "--reason-fr", "nouveaux éléments", now="2031-03-06T08:00:00Z")
    exchange(nodes)
    # The old endorsement once more: under another name, with another's signature beside, and as a leaf.
    shutil.copy(first, nodes["alba"].dir / "notes" / "again.note")
    subprocess.run([nodes["alba"].tools["accord"], "agree", "log", "append", str(first), "--dir", str(nodes["elan"].dir), "--key", str(nodes["elan"].base / "log.key"),
                    "--passphrase-file", str(nodes["elan"].base / "passphrase")], capture_output=True)
    exchange(nodes)
    nodes["alba"].run("statement", "publish", STATEMENT, now="2031-03-07T08:00:00Z")
    standing = nodes["alba"].status()
    fact(stances(standing, 0)["cala"] == "withdrew" and standing["claims"][0]["joint"] and standing["claims"][0]["joined"] == 3, "an older endorsement that is played again has no effect",
         standing)
    changes = {(change["claim"], change["member"], change["joined"], change["at"]) for change in standing["changes"]}
    fact(changes == {("c1", "elan", True, "2031-03-05T08:00:00Z"), ("c2", "elan", True, "2031-03-05T08:00:00Z"), ("c1", "cala", False, "2031-03-06T08:00:00Z")},
         "who joined late and who left are shown with their dates", changes)
    nodes["bora"].run("endorse", STATEMENT, "--stance", "withdraws", "--reason-en", "as above", "--reason-fr", "de même", now="2031-03-08T08:00:00Z")
    exchange(nodes)
    standing = nodes["dune"].status()
    fact(standing["state"] == "lapsed" and standing["claims"][0]["lapsed"] and not standing["claims"][0]["joint"] and standing["claims"][0]["joined"] == 2,
         "below its quorum a published claim has lapsed", standing)
    nodes["alba"].run("statement", "supersede", STATEMENT, now=DAY_9)
    opened = nodes["alba"].run("statement", "open", STATEMENT, now=DAY_9, status=0)
    fact(opened["kind"] == "statement" and not opened["sealed"], "a next version takes the words and the evidence over", opened)
    nodes["alba"].run("statement", "withdraw", STATEMENT, "--reason-en", "enough", "--reason-fr", "assez", now=DAY_9)
    fact(nodes["alba"].status()["state"] == "withdrawn" and nodes["alba"].status()["version"] == 2, "the convener takes the whole back", nodes["alba"].status())


def private_keys_stay(nodes):
    """Seeds of the test keys, as bytes and in the spellings that a text could have, in nothing that was written or said but the sealed key files."""
    for node in nodes.values():
        seeds = [bytes.fromhex(node.seed(purpose)) for purpose in ("sign", "log")]
        spellings = [spelling for seed in seeds for spelling in (seed, seed.hex().encode(), base64.b64encode(seed)[:42])]
        found = [str(file) for file in node.base.rglob("*") if file.is_file() for spelling in spellings if spelling in file.read_bytes()]
        fact(not found and not any(spelling in node.said for spelling in spellings), f"the private keys of {node.name} are in nothing that the program wrote or said", found)


def main():
    tools = dict(zip(("accord", "note", "keyfile"), sys.argv[1:4]))
    with tempfile.TemporaryDirectory(prefix="accord-agree-") as folder:
        base = pathlib.Path(folder)
        try:
            nodes = prepare(tools, base)
            consult_and_open(nodes, base)
            endorse(nodes)
            under_embargo(nodes)
            publish(nodes)
            omission(nodes, tools, base)
            follow_up(nodes, base)
            afterwards(nodes)
            private_keys_stay(nodes)
        except AssertionError as error:
            fact(False, "every command does what it is asked", error)
    print(f"1..{facts}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
