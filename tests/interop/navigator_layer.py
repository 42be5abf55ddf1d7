#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Layers of the ATT&CK Navigator against MITRE's own rules: navigator_layer.py PROGRAM BUNDLE. Prints TAP.

The rules are those of the layer file format, version 4.5 (mitre-attack/attack-navigator, layers/spec/v4.5/layerformat.md): which properties an object may have, which it must, of which type and with which values. Layers are made of a
small bundle, of the same bundle with a technique that has no number, and of ATT&CK (from $ACCORD_SHARED_DATA/attack; skipped without), whose techniques and tactics say what a layer may name.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM, BUNDLE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ACTORS = ("APT40", "APT28", "Lazarus Group", "Volt Typhoon", "OilRig", "FIN7", "MuddyWater", "Sandworm Team")
DOMAINS = ("enterprise-attack", "mobile-attack", "ics-attack")
NUMBER = (int, float)
LINK = {"label": (str, True), "url": (str, True)}
METADATA = {"name": (str, True), "value": (str, True)}
# Of each object: property, type, required.
LAYER = {
    "versions": (dict, False), "name": (str, True), "description": (str, False), "domain": (str, True), "customDataURL": (str, False), "filters": (dict, False), "sorting": (NUMBER, False),
    "layout": (dict, False), "hideDisabled": (bool, False), "techniques": (list, False), "gradient": (dict, False), "legendItems": (list, False), "showTacticRowBackground": (bool, False),
    "tacticRowBackground": (str, False), "selectTechniquesAcrossTactics": (bool, False), "selectSubtechniquesWithParent": (bool, False), "selectVisibleTechniques": (bool, False),
    "metadata": (list, False), "links": (list, False),
}
VERSIONS = {"attack": (str, False), "navigator": (str, True), "layer": (str, True)}
TECHNIQUE = {
    "techniqueID": (str, True), "tactic": (str, False), "comment": (str, False), "enabled": (bool, False), "score": (NUMBER, False), "color": (str, False), "metadata": (list, False), "links": (list, False),
    "showSubtechniques": (bool, False),
}
GRADIENT = {"colors": (list, True), "minValue": (NUMBER, True), "maxValue": (NUMBER, True)}


def check_object(value, rules, where):
    for name, (kind, required) in rules.items():
        assert name in value or not required, f"{where}: want {name}"
        if name in value:
            is_number = kind is NUMBER and not isinstance(value[name], bool)
            assert isinstance(value[name], kind) and (kind is not NUMBER or is_number), f"{where}.{name}: {value[name]!r}"
    assert set(value) <= set(rules), f"{where}: {set(value) - set(rules)}"


def check_lists(value, where):
    for item in value.get("metadata", []):
        check_object(item, METADATA, where)
    for item in value.get("links", []):
        check_object(item, LINK, where)
        assert re.match("[a-z][a-z0-9+.-]*://", item["url"]), f"{where}: {item}"


def check_layer(layer, tactics_of):
    """tactics_of: number of a technique -> short names of its tactics, or None where that is not known."""
    check_object(layer, LAYER, "layer")
    check_lists(layer, "layer")
    versions, gradient, seen = layer["versions"], layer["gradient"], set()
    check_object(versions, VERSIONS, "versions")
    assert versions["layer"] == "4.5", versions
    assert tuple(map(int, versions["navigator"].split("."))) >= (4, 9, 0), versions
    assert re.fullmatch("[0-9]+", versions.get("attack", "18")), versions
    assert layer["domain"] in DOMAINS, layer["domain"]
    assert layer["sorting"] in (0, 1, 2, 3), layer["sorting"]
    check_object(gradient, GRADIENT, "gradient")
    assert len(gradient["colors"]) >= 2 and all(re.fullmatch("#[0-9a-f]{6}", c) for c in gradient["colors"]), gradient
    assert gradient["maxValue"] > gradient["minValue"], gradient
    parents = {t["techniqueID"].split(".")[0] for t in layer["techniques"] if "." in t["techniqueID"]}
    for technique in layer["techniques"]:
        number = technique.get("techniqueID")
        check_object(technique, TECHNIQUE, number)
        check_lists(technique, number)
        assert re.fullmatch(r"T[0-9]{4}(\.[0-9]{3})?", number), number
        assert (number, technique["tactic"]) not in seen, f"{number}: twice under {technique['tactic']}"
        seen.add((number, technique["tactic"]))
        assert gradient["minValue"] <= technique.get("score", 0) <= gradient["maxValue"], technique
        # "only valid under a technique with subtechniques"
        assert "showSubtechniques" not in technique or number in parents, technique
        if tactics_of is not None:
            assert technique["tactic"] in tactics_of.get(number, ()), technique
    return len(layer["techniques"])


def layer_of(work, name):
    done = subprocess.run((PROGRAM, "know", "--db", "state", "--navigator", name), cwd=work, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def learn(work, path):
    done = subprocess.run((PROGRAM, "learn", "--db", "state", "--no-pack", "--from", "Norvalia", str(path)), cwd=work, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def tactics_in(objects):
    found = {}
    for o in objects:
        if o["type"] == "attack-pattern":
            for ref in o.get("external_references", []):
                if re.match("T[0-9]", ref.get("external_id", "")):
                    found[ref["external_id"]] = {p["phase_name"] for p in o.get("kill_chain_phases", [])}
    return found


def small(work):
    learn(work, BUNDLE)
    tactics = tactics_in(json.loads(pathlib.Path(BUNDLE).read_text())["objects"])
    assert check_layer(layer_of(work, "Blue Lake"), tactics) == 3


def without_number(work):
    bundle = json.loads(pathlib.Path(BUNDLE).read_text())
    before = check_layer(layer_of_bundle(work / "a", bundle), None)
    for o in bundle["objects"]:
        if o.get("name") == "Exploit Mail Server":
            del o["external_references"]
    assert check_layer(layer_of_bundle(work / "b", bundle), None) == before - 1


def layer_of_bundle(work, bundle):
    work.mkdir()
    (work / "bundle.json").write_text(json.dumps(bundle))
    learn(work, work / "bundle.json")
    return layer_of(work, "Blue Lake")


def attack(work):
    path = pathlib.Path(os.environ.get("ACCORD_SHARED_DATA", "")) / "attack" / "enterprise-attack.json.zst"
    if not path.is_file():
        return "ATT&CK is not here"
    learn(work, path)
    raw = subprocess.run(("zstd", "-dc", str(path)), capture_output=True, check=True).stdout
    tactics = tactics_in(json.loads(raw)["objects"])
    for actor in ACTORS:
        assert check_layer(layer_of(work, actor), tactics) > 5, actor
    return None


def main():
    facts = (("a small bundle makes a layer", small), ("a technique without a number is in none", without_number), ("actors of ATT&CK make layers", attack))
    print(f"1..{len(facts)}")
    failed = 0
    for number, (name, fact) in enumerate(facts, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                skipped = fact(pathlib.Path(folder))
                print(f"ok {number} - {name}" + (f" # SKIP {skipped}" if skipped else ""))
            except AssertionError as error:
                print(f"not ok {number} - {name}\n# {error}")
                failed += 1
    return failed > 0


sys.exit(main())
