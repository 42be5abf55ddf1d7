#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make the knowledge pack data/accord.pack (schema accord.pack/1, described in data/README.md).

Input: an ATT&CK Enterprise bundle (STIX 2.0 or 2.1, .json or .json.zst) and a copy of the MISP galaxies. Output: tables of facts. What it refuses to take: descriptions
and other prose, names of people, revoked and deprecated objects, and content of galaxies whose origin does not allow it (of Tidal's: names and ATT&CK ids only).

  tools/make_pack.py --attack enterprise-attack.json --attack-version 18.1 --attack-date 2025-11-13 --attack-licence LICENSE.txt \\
                     --galaxies misp-galaxy --galaxies-date 2026-08-06 --galaxies-version 9434ace4 -o data/accord.pack
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import unicodedata
from urllib.parse import urlparse

SCHEMA = "accord.pack/1"
MITRE = "MITRE"
ATTACK_SOURCE = 1

# Galaxies of actors: file, what is taken of them, who speaks in them (empty: the galaxy quotes others).
GALAXIES = [
    ("threat-actor", "all", ""),
    ("microsoft-activity-group", "all", "Microsoft"),
    ("tidal-groups", "names", "Tidal Cyber"),
    ("360net", "names", "360"),
]
# Its clusters are ATT&CK's own groups: only their claims of likeness are taken.
ATTACK_GALAXY = "mitre-intrusion-set"
CFR = "Council on Foreign Relations"

# What a galaxy lists as an actor's name although it is malware (AA21-200A lists it as such), or says nothing by itself.
NOT_NAMES = {"jjdoor", "cia"}

# Registrable domain or host -> publisher. Everything else is called by its domain.
PUBLISHERS = {
    "360.cn": "360", "360.net": "360", "accenture.com": "Accenture", "adsecurity.org": "Active Directory Security", "ahnlab.com": "AhnLab", "alienvault.com": "AT&T Cybersecurity",
    "alyac.co.kr": "ESTsecurity", "amazon.com": "Amazon", "anomali.com": "Anomali", "antiy.net": "Antiy", "apple.com": "Apple", "aquasec.com": "Aqua Security",
    "arbornetworks.com": "NETSCOUT Arbor", "netscout.com": "NETSCOUT Arbor", "arstechnica.com": "Ars Technica", "att.com": "AT&T Cybersecurity", "avast.com": "Avast", "avast.io": "Avast",
    "bitdefender.com": "Bitdefender", "blackberry.com": "BlackBerry", "cylance.com": "BlackBerry", "bleepingcomputer.com": "BleepingComputer", "blog.google": "Google",
    "cloud.google.com": "Google", "google.com": "Google", "chronicle.security": "Google", "virustotal.com": "Google", "blueliv.com": "Blueliv", "broadcom.com": "Symantec",
    "carbonblack.com": "VMware Carbon Black", "vmware.com": "VMware", "cert.gov.ua": "CERT-UA", "cert.pl": "CERT Polska", "cert.ssi.gouv.fr": "ANSSI", "ssi.gouv.fr": "ANSSI",
    "checkpoint.com": "Check Point", "cisa.gov": "CISA", "us-cert.gov": "CISA", "us-cert.cisa.gov": "CISA", "cisco.com": "Cisco", "talosintelligence.com": "Cisco Talos",
    "blogs.cisco.com": "Cisco", "citizenlab.ca": "Citizen Lab", "clearskysec.com": "ClearSky", "contextis.com": "Context", "crowdstrike.com": "CrowdStrike", "crysys.hu": "CrySyS Lab",
    "cyber.gov.au": "ASD ACSC", "cyber.gc.ca": "Canadian Centre for Cyber Security", "cybereason.com": "Cybereason", "cyberscoop.com": "CyberScoop", "cybleinc.com": "Cyble",
    "cyble.com": "Cyble", "cymmetria.com": "Cymmetria", "darkreading.com": "Dark Reading", "deepinstinct.com": "Deep Instinct", "defense.gov": "US Department of Defense",
    "domaintools.com": "DomainTools", "dragos.com": "Dragos", "eclecticiq.com": "EclecticIQ", "elastic.co": "Elastic", "endgame.com": "Elastic", "esentire.com": "eSentire",
    "eset.com": "ESET", "esetstatic.com": "ESET", "welivesecurity.com": "ESET", "europa.eu": "European Union", "f-secure.com": "F-Secure", "withsecure.com": "WithSecure",
    "fbi.gov": "FBI", "ic3.gov": "FBI", "fireeye.com": "FireEye", "forcepoint.com": "Forcepoint", "fortinet.com": "Fortinet", "fox-it.com": "Fox-IT", "gdatasoftware.com": "G DATA",
    "group-ib.com": "Group-IB", "huntress.com": "Huntress", "hybrid-analysis.com": "CrowdStrike", "ibm.com": "IBM", "securityintelligence.com": "IBM", "ironnet.com": "IronNet",
    "infosecinstitute.com": "Infosec Institute", "intel471.com": "Intel 471", "intezer.com": "Intezer", "jpcert.or.jp": "JPCERT/CC", "juniper.net": "Juniper",
    "justice.gov": "US Department of Justice", "treasury.gov": "US Department of the Treasury", "state.gov": "US Department of State", "kaspersky.com": "Kaspersky",
    "kasperskycontenthub.com": "Kaspersky", "securelist.com": "Kaspersky", "krebsonsecurity.com": "Krebs on Security", "kroll.com": "Kroll", "kubernetes.io": "Kubernetes", "lac.co.jp": "LAC",
    "lookout.com": "Lookout", "lumen.com": "Lumen", "centurylink.com": "Lumen", "malwarebytes.com": "Malwarebytes", "mandiant.com": "Mandiant", "mcafee.com": "McAfee",
    "trellix.com": "Trellix", "microsoft.com": "Microsoft", "technet.com": "Microsoft", "windowsupdate.com": "Microsoft", "azure.com": "Microsoft", "mitre.org": MITRE, "morphisec.com": "Morphisec",
    "nccgroup.com": "NCC Group", "nccgroup.trust": "NCC Group", "ncsc.gov.uk": "NCSC (UK)", "nhs.uk": "NHS England", "novetta.com": "Novetta", "nsa.gov": "NSA", "objective-see.com": "Objective-See",
    "objective-see.org": "Objective-See", "paloaltonetworks.com": "Palo Alto Networks", "picussecurity.com": "Picus Security", "prevailion.com": "Prevailion", "proofpoint.com": "Proofpoint", "ptsecurity.com": "Positive Technologies",
    "pwc.co.uk": "PwC", "pwc.com": "PwC", "qianxin.com": "QiAnXin", "qualys.com": "Qualys", "rapid7.com": "Rapid7", "recordedfuture.com": "Recorded Future", "redcanary.com": "Red Canary",
    "reuters.com": "Reuters", "rsa.com": "RSA", "sans.edu": "SANS", "sans.org": "SANS", "secureworks.com": "Secureworks", "sekoia.io": "Sekoia.io", "sentinelone.com": "SentinelOne",
    "solarwinds.com": "SolarWinds", "sophos.com": "Sophos", "specterops.io": "SpecterOps", "sygnia.co": "Sygnia", "symantec.com": "Symantec", "security.com": "Symantec",
    "team-cymru.com": "Team Cymru", "thedfirreport.com": "The DFIR Report", "thehackernews.com": "The Hacker News", "therecord.media": "The Record", "threatconnect.com": "ThreatConnect",
    "threatpost.com": "Threatpost", "trendmicro.com": "Trend Micro", "trendmicro.de": "Trend Micro", "trendmicro.fr": "Trend Micro", "trustwave.com": "Trustwave", "virusbulletin.com": "Virus Bulletin",
    "volexity.com": "Volexity", "washingtonpost.com": "The Washington Post", "wikipedia.org": "Wikipedia", "wired.com": "WIRED", "nytimes.com": "The New York Times", "zdnet.com": "ZDNET",
    "zscaler.com": "Zscaler", "anssi.fr": "ANSSI", "gov.uk": "UK Government", "www.gov.uk": "UK Government", "verfassungsschutz.de": "BfV", "govcert.admin.ch": "GovCERT.ch",
    "cert.europa.eu": "CERT-EU", "blog.talosintelligence.com": "Cisco Talos", "threatvector.cylance.com": "BlackBerry", "s2w.inc": "S2W", "sygnia.com": "Sygnia", "wiz.io": "Wiz",
    "nisos.com": "Nisos", "cadosecurity.com": "Cado Security", "sysdig.com": "Sysdig", "crowdstrike.co.jp": "CrowdStrike", "dell.com": "Dell", "bitsight.com": "BitSight", "verizon.com": "Verizon",
}
# Many hands publish here: the first part of the path tells them apart.
SHARED_HOSTS = {"medium.com", "github.com"}
SECOND_LEVEL = re.compile(r"\.(ac|co|com|edu|gc|go|gob|gouv|gov|govt|mil|ne|net|or|org)\.[a-z]{2}$")
MONTHS = {name[:3]: number for number, name in enumerate(
    "january february march april may june july august september october november december".split(), 1)}
# Regions and blocs that are kept as victims; organisations named there are not.
REGIONS = {
    "middle east", "the middle east", "europe", "eastern europe", "european union", "nato", "asia", "southeast asia", "east asia", "south asia", "central asia", "south america",
    "north america", "southern africa", "northeast africa", "asia pacific economic cooperation", "association of southeast asian nations", "osce", "global",
}
COUNTRY_ALSO = {
    "iran (islamic republic of)": "IR", "iran": "IR", "russian federation": "RU", "russia": "RU", "korea (democratic people's republic of)": "KP", "north korea": "KP",
    "korea (republic of)": "KR", "south korea": "KR", "people's republic of china": "CN", "us": "US", "the philippines": "PH", "vietnam": "VN", "syria": "SY", "palestine": "PS", "laos": "LA",
    "brunei": "BN", "ivory coast": "CI", "czech republic": "CZ", "moldova": "MD", "venezuela": "VE", "macao": "MO", "lebonon": "LB", "hong kong": "HK", "taiwan": "TW", "bahamas": "BS",
    "turkey": "TR", "united states": "US", "united kingdom": "GB", "united arab emirates": "AE", "myanmar": "MM", "kyrgyzstan": "KG", "libya": "LY",
}


def clean(text):
    """One line of text: no tabs, no control characters, no leading or trailing space or comma."""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in str(text))
    return re.sub(r"\s+", " ", text).strip(" ,")


def name_key(text):
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if c.isalnum())


def listed(value):
    """Galaxies write a single value as a string and several as a list."""
    return [value] if isinstance(value, str) else list(value or [])


def load(path):
    if str(path).endswith(".zst"):
        return json.loads(subprocess.run(["zstd", "-dcq", str(path)], check=True, stdout=subprocess.PIPE).stdout)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def is_live(thing):
    return not thing.get("revoked") and not thing.get("x_mitre_deprecated")


def attack_key(thing):
    for reference in thing.get("external_references", []):
        if reference.get("source_name") == "mitre-attack" and reference.get("external_id"):
            return reference["external_id"]
    return None


def uuid_of(identifier):
    return identifier.split("--", 1)[1]


def citation_date(description):
    """The date in `Publisher. (2021, July 19). Title. Retrieved ...`, as much of it as is said; empty when it is not dated."""
    before = re.split(r"\bRetrieved\b", description or "")[0]
    found = re.search(r"\(?\b((?:19|20)\d\d)\b(?:,\s*([A-Z][a-z]+)\.?(?:\s+(\d{1,2}))?)?", before)
    if not found or "(n.d" in before:
        return ""
    year, month, day = found.groups()
    number = MONTHS.get((month or "")[:3].lower())
    if not number:
        return year
    if not day or not 1 <= int(day) <= 31:
        return f"{year}-{number:02}"
    return f"{year}-{number:02}-{int(day):02}"


def unwrap(url):
    """The archived page's own address."""
    found = re.match(r"https?://web\.archive\.org/web/\d+(?:[a-z_]+)?/(.+)$", url)
    if not found:
        return url
    inner = re.sub(r"^(https?):/+", r"\1://", found.group(1))
    return inner if inner.startswith("http") else "http://" + inner


def publisher_of(url):
    address = urlparse(unwrap(url))
    host = (address.hostname or "").lower()
    labels = host.split(".")
    for start in range(len(labels) - 1):
        found = PUBLISHERS.get(".".join(labels[start:]))
        if found:
            return found
    domain = ".".join(labels[-3:] if SECOND_LEVEL.search(host) else labels[-2:])
    first = address.path.strip("/").split("/")[0]
    return f"{domain}/{first}" if domain in SHARED_HOSTS and first else domain


def canonical(url):
    address = urlparse(unwrap(url))
    host = re.sub(r"^www\.", "", (address.hostname or "").lower())
    return f"{host}{address.path.rstrip('/')}?{address.query}"


class References:
    """Reports that edges and names cite, one entry an address, numbered by (date, source name) when all are known."""

    def __init__(self):
        self.entries = {}
        self.numbers = {}

    def key(self, reference):
        url = clean(reference.get("url", ""))
        if not url.startswith(("http://", "https://")):
            return None
        key = canonical(url)
        entry = (citation_date(reference.get("description")), publisher_of(url), clean(reference["source_name"]), url)
        old = self.entries.get(key)
        if old is None or (not old[0] and entry[0]) or (bool(old[0]) == bool(entry[0]) and entry < old):
            self.entries[key] = entry
        return key

    def number_all(self):
        for number, key in enumerate(sorted(self.entries, key=lambda k: self.entries[k]), 1):
            self.numbers[key] = number

    def rows(self):
        for key, number in sorted(self.numbers.items(), key=lambda pair: pair[1]):
            yield ("reference", number, *self.entries[key])

    def list(self, keys):
        return ",".join(str(n) for n in sorted({self.numbers[key] for key in keys if key}))


class Attack:
    """The live objects of an ATT&CK bundle and the edges between them."""

    OBJECTS = {"attack-pattern": "technique", "course-of-action": "mitigation", "malware": "malware", "tool": "tool", "intrusion-set": "actor", "campaign": "campaign"}
    EDGES = {
        ("intrusion-set", "uses", "attack-pattern"), ("intrusion-set", "uses", "malware"), ("intrusion-set", "uses", "tool"), ("campaign", "uses", "attack-pattern"),
        ("campaign", "uses", "malware"), ("campaign", "uses", "tool"), ("campaign", "attributed-to", "intrusion-set"), ("course-of-action", "mitigates", "attack-pattern"),
        ("attack-pattern", "subtechnique-of", "attack-pattern"),
    }

    def __init__(self, bundle, references):
        self.references = references
        self.by_id = {thing["id"]: thing for thing in bundle["objects"]}
        self.live = {i: thing for i, thing in self.by_id.items() if is_live(thing)}
        self.keys = {i: attack_key(thing) for i, thing in self.live.items() if thing["type"] in self.OBJECTS and attack_key(thing)}
        self.edges = sorted((edge for edge in self.live.values() if self.takes(edge)),
                            key=lambda e: (e["relationship_type"], self.keys[e["source_ref"]], self.keys[e["target_ref"]], e["id"]))
        self.cited = {edge["id"]: self.cite(edge) for edge in self.edges}
        self.named = {i: self.names(self.live[i]) for i in self.keys if self.live[i]["type"] in ("malware", "tool", "intrusion-set", "campaign")}

    def takes(self, edge):
        if edge["type"] != "relationship" or edge["source_ref"] not in self.keys or edge["target_ref"] not in self.keys:
            return False
        ends = (self.by_id[edge["source_ref"]]["type"], edge["relationship_type"], self.by_id[edge["target_ref"]]["type"])
        return ends in self.EDGES

    def cite(self, edge):
        if edge["relationship_type"] not in ("uses", "attributed-to"):
            return []
        return [self.references.key(reference) for reference in edge.get("external_references", [])]

    def names(self, thing):
        """Rows (text, namer, citation keys). ATT&CK cites, per alias, reports; who published a report that is cited for a name uses that name."""
        cites = {r["source_name"]: r for r in thing.get("external_references", []) if "url" in r and r.get("source_name") != "mitre-attack"}
        said = {r["source_name"]: r.get("description", "") for r in thing.get("external_references", []) if "url" not in r}
        rows = [(clean(thing["name"]), MITRE, ())]
        for alias in dict.fromkeys([thing["name"], *thing.get("aliases", []), *thing.get("x_mitre_aliases", [])]):
            text = said.get(alias, "")
            quoted = [cites[s] for s in re.findall(r"\(Citation: ([^)]+)\)", text) if s in cites]
            if re.sub(r"\(Citation: [^)]+\)", "", text).strip(" ,.;"):
                # Prose around the citations: they may be about something else. Only a report whose title or address has the name counts.
                quoted = [r for r in quoted if name_key(alias) in name_key(r["source_name"] + r.get("description", "") + r["url"])]
            by_namer = {}
            for reference in quoted:
                key = self.references.key(reference)
                if key:
                    by_namer.setdefault(publisher_of(reference["url"]), []).append(key)
            rows += [(clean(alias), namer, tuple(keys)) for namer, keys in sorted(by_namer.items())]
            if not by_namer and alias != thing["name"]:
                rows.append((clean(alias), "", ()))
        return rows

    def tactic_order(self):
        matrices = [thing for thing in self.live.values() if thing["type"] == "x-mitre-matrix"]
        return [self.live[i] for matrix in matrices for i in matrix["tactic_refs"] if i in self.live]

    def rows_before_references(self):
        for order, tactic in enumerate(self.tactic_order(), 1):
            yield ("tactic", attack_key(tactic), *self.head(tactic), tactic["x_mitre_shortname"], order, clean(tactic["name"]))
        for thing in self.sorted("attack-pattern"):
            phases = [p["phase_name"] for p in thing.get("kill_chain_phases", []) if p.get("kill_chain_name") == "mitre-attack"]
            yield ("technique", self.keys[thing["id"]], *self.head(thing), ",".join(phases), clean(thing["name"]))
        for thing in self.sorted("course-of-action"):
            yield ("mitigation", self.keys[thing["id"]], *self.head(thing), clean(thing["name"]))

    def rows_after_references(self):
        for kind in ("malware", "tool", "intrusion-set", "campaign"):
            for thing in self.sorted(kind):
                seen = (day(thing.get("first_seen")), day(thing.get("last_seen"))) if kind == "campaign" else ()
                yield (self.OBJECTS[kind], self.keys[thing["id"]], *self.head(thing), *seen, clean(thing["name"]))
                for text, namer, cited in self.named[thing["id"]]:
                    yield ("name", text, namer, self.references.list(cited))
        for edge in self.edges:
            yield (edge["relationship_type"], *self.head(edge), self.keys[edge["source_ref"]], self.keys[edge["target_ref"]],
                   self.references.list(self.cited[edge["id"]]))

    def sorted(self, kind):
        return sorted((self.live[i] for i in self.keys if self.live[i]["type"] == kind), key=lambda t: self.keys[t["id"]])

    @staticmethod
    def head(thing):
        return uuid_of(thing["id"]), thing["created"], thing["modified"]


def day(timestamp):
    return (timestamp or "")[:10]


class Galaxies:
    """The actors of the galaxies and their claims."""

    def __init__(self, folder, attack):
        self.folder = pathlib.Path(folder)
        self.files = {name: load(self.folder / "clusters" / f"{name}.json") for name, _, _ in GALAXIES}
        self.countries = dict(COUNTRY_ALSO)
        for value in load(self.folder / "clusters" / "country.json")["values"]:
            self.countries[value["value"].casefold()] = value["meta"].get("ISO", "")
        self.producers = {v["uuid"]: clean(v["value"]) for v in load(self.folder / "clusters" / "producer.json")["values"]}
        self.attack_actors = {uuid_of(i) for i in attack.keys if i.startswith("intrusion-set--")}
        self.attack_names = {uuid_of(i): key for i, key in attack.keys.items() if i.startswith("intrusion-set--")}
        self.types = {v["uuid"]: g["type"] for g in self.files.values() for v in g["values"]}

    def country_code(self, text):
        text = clean(text)
        if re.fullmatch(r"[A-Z]{2}", text):
            return text
        return self.countries.get(text.casefold(), "")

    def names(self, value, speaker):
        """Rows (text, namer). `name-attribution` ("NAME:producer uuid") and the older `origin:NAME` keys say who uses a name."""
        meta = value.get("meta", {})
        said = {}
        for entry in listed(meta.get("name-attribution")):
            text, _, producer = entry.rpartition(":")
            if producer in self.producers:
                said.setdefault(clean(text), []).append(self.producers[producer])
        for key, text in meta.items():
            if key.startswith("origin:"):
                said.setdefault(clean(key[7:]), []).extend(clean(t) for t in listed(text))
        own = [clean(value["value"])]
        if speaker == "360":
            own += [clean(part) for part in value["value"].split(" - ")] if " - " in value["value"] else []
        others = [clean(part) for s in listed(meta.get("synonyms")) for part in (s.split(", ") if speaker == "360" else [s])]
        rows = []
        for text in dict.fromkeys([*own, *others, *said]):
            if not text or name_key(text) in NOT_NAMES:
                continue
            namers = list(dict.fromkeys(said.get(text, []))) or [speaker if text in own else ""]
            rows += [(text, namer) for namer in namers]
        return rows

    def attack_id(self, value, names):
        """The ATT&CK id that the record gives itself: in its synonyms, or Tidal's own field."""
        texts = [text for text, _ in names] + listed(value.get("meta", {}).get("group_attack_id"))
        live = set(self.attack_names.values())
        return sorted({text for text in texts if re.fullmatch(r"G\d{4}", text) and text in live})

    def victims(self, texts):
        seen = set()
        for text in map(clean, texts):
            code = self.country_code(text)
            if (code or text.casefold() in REGIONS) and (code or text) not in seen:
                seen.add(code or text)
                yield ("victim", text, CFR, code)

    def claims(self, value, speaker):
        meta = value.get("meta", {})
        for code in filter(None, map(self.country_code, listed(meta.get("country")))):
            confidence = clean(meta.get("attribution-confidence", ""))
            yield ("country", code, speaker or "MISP threat-actor galaxy", confidence if confidence.isdigit() and int(confidence) <= 100 else "")
        for text in map(clean, listed(meta.get("cfr-suspected-state-sponsor"))):
            if text and text != "Unknown":
                yield ("sponsor", text, CFR)
        yield from self.victims(listed(meta.get("cfr-suspected-victims")))
        for text in map(clean, listed(meta.get("cfr-target-category"))):
            yield ("sector", text, CFR)
        for text in map(clean, listed(meta.get("targeted-sector"))):
            yield ("sector", text, "MISP threat-actor galaxy")

    def rows(self):
        for number, (name, taken, speaker) in enumerate(GALAXIES, ATTACK_SOURCE + 1):
            galaxy = self.files[name]
            for value in sorted(galaxy["values"], key=lambda v: (clean(v["value"]).casefold(), v["uuid"])):
                if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value["uuid"]):
                    sys.exit(f"{name}: {value['uuid']}: not a UUID")
                yield ("cluster", galaxy["type"], value["uuid"], number, clean(value["value"]))
                names = self.names(value, speaker)
                for text, namer in names:
                    yield ("name", text, namer, "")
                for key in self.attack_id(value, names):
                    yield ("id", "mitre-attack", key)
                if taken == "all":
                    yield from dict.fromkeys(self.claims(value, speaker))
        yield from self.similar()

    def similar(self):
        """Claims of likeness between actors that the pack has; one that both ends make with the same words stands once."""
        seen = set()
        found = []
        for number, (name, _, _) in enumerate(GALAXIES, ATTACK_SOURCE + 1):
            found += [(self.files[name]["type"], value, number) for value in self.files[name]["values"]]
        own = load(self.folder / "clusters" / f"{ATTACK_GALAXY}.json")
        found += [(ATTACK_GALAXY, value, len(GALAXIES) + ATTACK_SOURCE + 1) for value in own["values"] if value["uuid"] in self.attack_actors]
        for kind, value, number in found:
            for link in value.get("related", []):
                other = self.types.get(link["dest-uuid"]) or (ATTACK_GALAXY if link["dest-uuid"] in self.attack_actors else None)
                if link["type"] != "similar" or not other or link["dest-uuid"] == value["uuid"]:
                    continue
                word = next((m.group(1) for m in (re.match(r'estimative-language:likelihood-probability="([a-z-]+)"', t) for t in link.get("tags", [])) if m), "")
                ends = tuple(sorted([(kind, value["uuid"]), (other, link["dest-uuid"])]))
                if (ends, word) not in seen:
                    seen.add((ends, word))
                    yield ("similar", kind, value["uuid"], other, link["dest-uuid"], word, number)


def source_rows(options, galaxies):
    yield ("source", ATTACK_SOURCE, "MITRE ATT&CK Enterprise", options.attack_version, options.attack_date, "https://attack.mitre.org/", "LicenseRef-MITRE-ATTACK")
    names = [name for name, _, _ in GALAXIES] + [ATTACK_GALAXY]
    for number, name in enumerate(names, ATTACK_SOURCE + 1):
        version = galaxies.files[name]["version"] if name in galaxies.files else load(galaxies.folder / "clusters" / f"{name}.json")["version"]
        yield ("source", number, f"MISP galaxy {name}", version, options.galaxies_date, "https://github.com/MISP/misp-galaxy", "CC0-1.0")


def notices(licence_path):
    """The part of MITRE's licence file that is about ATT&CK."""
    with open(licence_path, encoding="utf-8") as file:
        text = file.read().split("\nCAPEC")[0].strip()
    return ["Facts from MITRE ATT&CK. The notice that follows belongs to them and goes with every copy.", *text.splitlines(),
            "Facts from the MISP galaxies, used under CC0 1.0 (https://github.com/MISP/misp-galaxy)."]


def build(options):
    references = References()
    attack = Attack(load(options.attack), references)
    galaxies = Galaxies(options.galaxies, attack)
    references.number_all()
    rows = [("meta", "title", "Accord knowledge pack"), ("meta", "tlp", "CLEAR"), ("meta", "galaxies", options.galaxies_version), *source_rows(options, galaxies), *attack.rows_before_references(),
            *references.rows(), *attack.rows_after_references(), *galaxies.rows()]
    lines = [f"{SCHEMA}\t{max(options.attack_date, options.galaxies_date)}", *(f"# {line}".rstrip() for line in notices(options.attack_licence))]
    for row in rows:
        fields = [str(field) for field in row]
        if any(re.search(r"[\x00-\x1f\x7f]", field) for field in fields):
            sys.exit(f"control character in {row}")
        lines.append("\t".join(fields).rstrip("\t"))
    lines.append(f"end\t{len(rows) + 1}")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, what in (("attack", "ATT&CK Enterprise bundle"), ("attack-version", "its version"), ("attack-date", "its date"), ("attack-licence", "MITRE's licence file"),
                       ("galaxies", "folder of the MISP galaxies"), ("galaxies-version", "its commit"), ("galaxies-date", "its date")):
        parser.add_argument(f"--{name}", required=True, help=what)
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    text = build(options)
    pathlib.Path(options.output).write_text(text, encoding="utf-8")
    print(f"{options.output}: {len(text.encode())} bytes, {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()
