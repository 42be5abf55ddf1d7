#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check the knowledge pack (data/accord.pack, format in data/README.md): structure, references, endpoints, notices, and the names that must resolve.

  tools/check_pack.py [FILE]      exit status 0 when all is well, 1 with one line a finding
"""
import pathlib
import re
import sys
import unicodedata

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
DATE = r"(\d{4}(-\d\d(-\d\d)?)?)?"
TEXT = r"\S(.{0,198}\S)?"
MAYBE = rf"({TEXT})?"
LIST = r"(\d+(,\d+)*)?"
TYPE = r"[a-z0-9-]+"
EDGE = (UUID, STAMP, STAMP, r"\S+", r"\S+", LIST)
# Kind -> a pattern for each column.
ROWS = {
    "meta": (r"[a-z]+", TEXT),
    "source": (r"\d+", TEXT, TEXT, DATE, r"https://\S+", r"[A-Za-z0-9.-]+"),
    "tactic": (r"TA\d{4}", UUID, STAMP, STAMP, r"[a-z-]+", r"\d+", TEXT),
    "technique": (r"T\d{4}(\.\d{3})?", UUID, STAMP, STAMP, r"[a-z-]+(,[a-z-]+)*", TEXT),
    "mitigation": (r"M\d{4}", UUID, STAMP, STAMP, TEXT),
    "reference": (r"\d+", DATE, TEXT, TEXT, r"https?://\S+"),
    "malware": (r"S\d{4}", UUID, STAMP, STAMP, TEXT),
    "tool": (r"S\d{4}", UUID, STAMP, STAMP, TEXT),
    "actor": (r"G\d{4}", UUID, STAMP, STAMP, TEXT),
    "campaign": (r"C\d{4}", UUID, STAMP, STAMP, DATE, DATE, TEXT),
    "uses": EDGE, "attributed-to": EDGE, "mitigates": EDGE, "subtechnique-of": EDGE,
    "cluster": (TYPE, UUID, r"\d+", TEXT),
    "name": (TEXT, MAYBE, LIST),
    "id": (TYPE, TEXT),
    "country": (r"[A-Z]{2}", TEXT, r"(\d{1,3})?"),
    "sponsor": (TEXT, TEXT),
    "victim": (TEXT, TEXT, r"([A-Z]{2})?"),
    "sector": (TEXT, TEXT),
    "similar": (TYPE, UUID, TYPE, UUID, r"[a-z-]*", r"\d+"),
    "end": (r"\d+",),
}
SUB_ROWS = {"name": {"malware", "tool", "actor", "campaign", "cluster"}, **{k: {"cluster"} for k in ("id", "country", "sponsor", "victim", "sector")}}
ENDS = {"uses": ("GC", "TS"), "attributed-to": ("C", "G"), "mitigates": ("M", "T"), "subtechnique-of": ("T", "T")}
# Order of kinds; a reader needs what comes first to read what comes later.
ORDER = ["meta", "source", "tactic", "technique", "mitigation", "reference", "malware", "tool", "actor", "campaign", "edges", "cluster", "similar", "end"]
NOTICES = ("© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.",
           "non-exclusive, royalty-free license to use ATT&CK®", "MISP galax")

# The joint statement of 19 July 2021 names APT 40 and six more names for it; Hafnium is named apart from it.
APT40 = ["APT40", "Kryptonite Panda", "TEMP.Periscope", "TEMP.Jumper", "Bronze Mohawk", "Leviathan", "Mudcarp"]
APT40_RECORDS = ["G0065", "threat-actor:5b4b6980-3bc7-11e8-84d6-879aaac37dd9"]
HAFNIUM_RECORDS = ["G0125", "threat-actor:4f05d6c1-3fc1-4567-91cd-dd4637cc38b5"]
SIZE_MAX = 4 << 20


def name_key(text):
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if c.isalnum())


class Check:
    def __init__(self, lines):
        self.findings = []
        self.lines = lines
        self.keys = set()
        self.uuids = set()
        self.sources = set()
        self.references = set()
        self.used = set()
        self.names = {}
        self.links = []
        self.counts = {}
        self.owner = None
        self.owner_kind = None
        self.rank = 0

    def say(self, place, text):
        self.findings.append(f"{place}: {text}")

    def rows(self):
        count = 0
        for place, line in enumerate(self.lines, 1):
            if line.startswith("#"):
                continue
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line) or line.endswith("\t"):
                self.say(place, "control character, or a tab at the end")
            fields = line.split("\t")
            if place == 1:
                if fields[0] != "accord.pack/1" or len(fields) != 2:
                    self.say(place, f"want accord.pack/1 and a date, got {line!r}")
                count += 1
                continue
            self.row(place, fields, count)
            count += 1
        if not self.lines[-1].startswith("end\t"):
            self.say(len(self.lines), "want an end row as the last line")

    def row(self, place, fields, count):
        kind, values = fields[0], fields[1:]
        columns = ROWS.get(kind)
        if columns is None:
            self.say(place, f"unknown kind {kind!r}")
            return
        values += [""] * (len(columns) - len(values))
        if len(values) > len(columns):
            self.say(place, f"{kind}: {len(values)} fields, want {len(columns)}")
            return
        for number, (value, column) in enumerate(zip(values, columns), 1):
            if not re.fullmatch(column, value):
                self.say(place, f"{kind}: column {number}: {value!r}")
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.order(place, kind)
        self.meaning(place, kind, values, count)

    def order(self, place, kind):
        if kind in SUB_ROWS:
            if self.owner_kind not in SUB_ROWS[kind]:
                self.say(place, f"{kind} below {self.owner_kind}")
            return
        rank = ORDER.index("edges" if kind in ENDS else kind)
        if rank < self.rank:
            self.say(place, f"{kind} after {ORDER[self.rank]}")
        self.rank, self.owner_kind = rank, kind

    def meaning(self, place, kind, values, count):
        if kind in ("tactic", "technique", "mitigation", "malware", "tool", "actor", "campaign"):
            self.define(place, self.keys, values[0])
            self.define(place, self.uuids, values[1])
            self.owner = values[0]
            if "." in values[0] and values[0].split(".")[0] not in self.keys:
                self.say(place, f"{values[0]}: no parent")
        elif kind == "source":
            self.define(place, self.sources, values[0])
        elif kind == "reference":
            self.define(place, self.references, values[0])
        elif kind in ENDS:
            self.define(place, self.uuids, values[0])
            self.edge(place, kind, values)
        elif kind == "cluster":
            self.owner = f"{values[0]}:{values[1]}"
            self.define(place, self.uuids, self.owner)
            self.known(place, self.sources, values[2])
        elif kind == "name":
            self.names.setdefault(self.owner, {}).setdefault(name_key(values[0]), set()).add(values[1])
            self.cited(place, values[2])
        elif kind == "id":
            self.known(place, self.keys, values[1])
        elif kind == "similar":
            self.link(place, values)
        elif kind == "end" and int(values[0]) != count:
            self.say(place, f"end says {values[0]} rows, there are {count}")

    def define(self, place, table, key):
        if key in table:
            self.say(place, f"{key}: defined twice")
        table.add(key)

    def known(self, place, table, key):
        if key not in table:
            self.say(place, f"{key}: not defined above")

    def cited(self, place, numbers):
        for number in filter(None, numbers.split(",")):
            self.known(place, self.references, number)
            self.used.add(number)

    def edge(self, place, kind, values):
        for key, letters in zip(values[3:5], ENDS[kind]):
            self.known(place, self.keys, key)
            if key[0] not in letters:
                self.say(place, f"{kind}: {key}: wrong kind of end")
        self.cited(place, values[5])

    def link(self, place, values):
        ends = []
        for kind, uuid in (values[0:2], values[2:4]):
            ends.append(uuid if kind.startswith("mitre-") else f"{kind}:{uuid}")
            self.known(place, self.uuids, ends[-1])
        self.known(place, self.sources, values[5])
        self.links.append(tuple(ends))

    def notices(self):
        text = " ".join(line[2:] for line in self.lines if line.startswith("#"))
        for notice in NOTICES:
            if notice not in text:
                self.say("notices", f"missing: {notice}")

    def statement(self):
        """The six names are names of APT 40, and of both records of it; Hafnium shares neither a name nor a link with it."""
        for record in APT40_RECORDS:
            for name in APT40:
                if name_key(name) not in self.names.get(record, {}):
                    self.say(record, f"{name} is not a name of it")
        for record in HAFNIUM_RECORDS:
            if name_key("Hafnium") not in self.names.get(record, {}):
                self.say(record, "Hafnium is not a name of it")
            for other in APT40_RECORDS:
                shared = set(self.names.get(record, {})) & set(self.names.get(other, {}))
                if shared:
                    self.say(record, f"shares {shared} with {other}")
                if (record, other) in self.links or (other, record) in self.links:
                    self.say(record, f"is linked to {other}")

    def run(self):
        self.rows()
        for number in sorted(self.references - self.used):
            self.say("references", f"{number} is cited nowhere")
        self.notices()
        self.statement()
        return self.findings


def main():
    path = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent / "data" / "accord.pack")
    data = path.read_bytes()
    text = data.decode("utf-8")
    check = Check(text.removesuffix("\n").split("\n"))
    findings = check.run()
    if len(data) > SIZE_MAX:
        findings.append(f"{len(data)} bytes, over {SIZE_MAX}")
    if not text.endswith("\n"):
        findings.append("no line feed at the end")
    for finding in findings[:50]:
        print(f"{path.name}: {finding}")
    if findings:
        print(f"{path.name}: {len(findings)} findings")
        return 1
    print(f"{path.name}: {len(data)} bytes, " + ", ".join(f"{count} {kind}" for kind, count in check.counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
