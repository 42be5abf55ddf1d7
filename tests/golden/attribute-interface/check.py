# SPDX-License-Identifier: Apache-2.0
"""What the interface for evaluation promises, asked of the program: each line that is printed is a promise that holds."""
import json
import os
import re
import subprocess
from decimal import Decimal

CASE = json.load(open("case.json"))
LAKE = "intrusion-set--00000000-0000-4000-8000-00000000000a"


def ask(*lines, brief=False):
    done = subprocess.run([os.environ["ACCORD"], "attribute", "--jsonl", *(["--brief"] if brief else [])], capture_output=True,
                          input="".join(json.dumps(line) + "\n" for line in lines).encode(), check=False)
    return done.stdout.decode().splitlines()


def answer(**changes):
    return json.loads(ask({**CASE, **changes})[0], parse_float=Decimal)


def first(a):
    return dict(a["ranking"]).get("G9001", 0)


def promise(text, holds):
    print(("" if holds else "BROKEN: ") + text)


# Evidence of which nobody has much, so that the ranking is long.
vague = {"id": "vague", "techniques": ["T9001", "T9003"]}
tied = {"id": "tied", "techniques": []}
texts = ask({**CASE, "schema": "accord.evidence/1"}, vague, tied)
answers = [json.loads(text, parse_float=Decimal) for text in texts]
promise("one answer a line, in the order of the lines", [a["id"] for a in answers] == ["case-7", "vague", "tied"])
promise("schema accord.attribution/1", all(a["schema"] == "accord.attribution/1" for a in answers))
promise("ranking and unknown are exactly 1 together",
        all(sum((p for _, p in a["ranking"]), a["unknown"]) == 1 for a in answers))
promise("all of the ranking are at least 0.001", all(p >= Decimal("0.001") for a in answers for _, p in a["ranking"]))
promise("the ranking is by p, then by id",
        all(a["ranking"] == sorted(a["ranking"], key=lambda r: (-r[1], r[0])) for a in answers))
promise("actors are ATT&CK groups where they have a number",
        {r[0] for a in answers for r in a["ranking"]} <= {"G9001", "G9002", "G9003"} and len(answers[1]["ranking"]) == 3)
promise("numbers have four decimals", all(re.fullmatch(r"\d\.\d{4}|\d", n)
        for text in texts for part in re.findall(r'"(?:ranking|nexus)":(\[.*?\]\])', text) for n in re.findall(r",([\d.]+)\]", part)))
promise("gate, imitation and term are what they may be",
        all(isinstance(a["gate"], bool) and a["imitation"] in ("none", "possible", "indicated") and
            {"scale", "code", "en", "fr", "capped", "insufficient"} <= set(a["term"]) for a in answers))
promise("rows sum to the log-odds", all(sum(row[side] for row in answers[0]["evidence"]) == answers[0]["log_odds"][side]
        for side in ("against_runner_up", "against_unknown")))
promise("prior, count, square root and cap are rows of their own",
        {"prior", "count", "cap"} <= {row["kind"] for row in answers[0]["evidence"]})
promise("the same question has the same bytes", ask(CASE) == ask(CASE))
with open("one.json", "w") as f:
    json.dump(CASE, f)
alone = subprocess.run([os.environ["ACCORD"], "attribute", "--evidence", "one.json", "--json"], capture_output=True, check=False)
promise("--evidence --json gives the bytes of --jsonl", alone.stdout.decode().splitlines() == ask(CASE))
promise("--brief is the same up to imitation", json.loads(ask(CASE, brief=True)[0]).items() <= json.loads(ask(CASE)[0]).items())

# Hiding.
world = json.load(open("world.json"))["objects"]
whole = answers[0]
uses = [o["id"] for o in world if o["type"] == "relationship" and o["source_ref"] == LAKE and o["relationship_type"] == "uses"]
tied_to = [o["id"] for o in world if o["type"] == "relationship" and o["relationship_type"] == "indicates"]
without = answer(hide={"relationships": uses})
promise("hide.relationships takes those claims; the indicator still knows its actor",
        [row["shared_by"] for row in without["evidence"] if row["item"] in ("S9001", "S9002")] == [0, 0] and
        [row["shared_by"] for row in without["evidence"] if row["kind"] == "indicator"] == [1] and 0 < first(without) < first(whole))
promise("with the indicator's, too, nobody is left of the lake", "G9001" not in dict(answer(hide={"relationships": uses + tied_to})["ranking"]))
by_name = answer(hide={"reports": ["Vendor A Lake"]})
promise("hide.reports by name and by address are one", by_name == answer(hide={"reports": ["http://www.a.example/lake/"]}))
promise("an edge of two reports stays when one is hidden",
        [row["clusters"] for row in by_name["evidence"] if row["item"] == "T9002"] == [1])
promise("an edge all of whose reports are hidden goes",
        [row["shared_by"] for row in answer(hide={"reports": ["Vendor A Lake", "Vendor C Lake"]})["evidence"] if row["item"] == "S9001"] == [0])
promise("hide.from takes what was published on that day", answer(hide={"from": "2020-09-09"})["knowledge"]["newest"] == "2020-06-01")
promise("... and not what was published the day before", answer(hide={"from": "2020-09-10"})["knowledge"]["newest"] == "2020-09-09")
promise("of what says a month only the last day counts", answer(hide={"from": "2021-01-31"})["knowledge"]["newest"] == "2020-09-09" and
        answer(hide={"from": "2021-02-01"})["knowledge"]["newest"] == "2021-01-01")
promise("hiding takes away from whom it hides", first(answer(hide={"from": "2020-03-02"})) < first(whole))

# When it was.
said = answer(text="Letters came from January through March 2021, by CVE-2019-0001.", dates=None)
promise("dates in the text count where none are given", said["when"] == {"day": "2021-03-02", "from": "text"})
promise("... and nothing that was told on the day of a source was later",
        answer(text="It went on until June 2022.", dates=None)["when"] == {"day": "2021-03-02", "from": "text"})
promise("dates that are given count before those of the text", answer(text="In June 2019.")["when"] == {"day": "2021-02-15", "from": "dates"})
promise("without both it was on the day of the first source", answer(dates=None)["when"] == {"day": "2021-03-02", "from": "source"})
promise("nobody says when", "when" not in answer(dates=None, sources=None, techniques=["T9001"], software=[]))
