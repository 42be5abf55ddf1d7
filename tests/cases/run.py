#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the case files of this folder against the program: run.py PROGRAM [KIND...]. Prints TAP, one line a case.

KIND.jsonl holds the cases of one batch command, one JSON object a line: the request, what the standard wants, its clause ("section") and the reason ("note"). They
were read out of the text of STIX 2.1 (errata 01), never out of the program's answers. The program is started once a kind and reads the requests from stdin.
"""
import json
import os
import pathlib
import subprocess
import sys

TIMEOUT_S = 300

# kind: the command, what of a case is the request, the member of the answer, the member of the case with what is wanted
KINDS = {
    "pattern": (["pattern", "check", "--jsonl"], ("pattern", "stix_version"), "valid", "valid"),
    "match": (["pattern", "match", "--jsonl"], ("pattern", "stix_version", "observations"), "result", "expected"),
    "object": (["validate", "--jsonl"], ("object", "text"), "valid", "valid"),
    "id": (["id", "--jsonl"], ("object",), "sco_id", "sco_id"),
    "selector": (["selector", "--jsonl"], ("object", "selector"), "valid", "valid"),
}


def answers(program, command, requests):
    text = "".join(json.dumps(request, ensure_ascii=True) + "\n" for request in requests)
    # A leak is the sanitizer's business elsewhere; the answers are wanted even if it makes the status odd.
    done = subprocess.run([program, *command], input=text.encode(), capture_output=True, timeout=TIMEOUT_S, env=dict(os.environ, NO_COLOR="1"), check=False)
    found = {}
    for line in done.stdout.splitlines():
        try:
            answer = json.loads(line)
            found[answer["id"]] = answer
        except (ValueError, KeyError, TypeError):
            print(f"# not an answer: {line[:200]!r}")
    return found, done


def holds(kind, wanted, got):
    # 9.4: an invalid pattern MUST NOT match; whether it is called an error or no match is the program's choice.
    return got in ("error", "nomatch") if kind == "match" and wanted == "error" else got == wanted


def run_kind(kind, program, first):
    command, request, member, want = KINDS[kind]
    path = pathlib.Path(__file__).parent / (kind + ".jsonl")
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    got, done = answers(program, command, [{"id": case["id"]} | {name: case[name] for name in request if name in case} for case in cases])
    bad = 0
    for number, case in enumerate(cases, first):
        answer = got.get(case["id"], {})
        value = answer.get(member, "no answer")
        good = holds(kind, case[want], value)
        print(f"{'ok' if good else 'not ok'} {number} - {case['id']} s{case['section']}")
        if not good:
            bad += 1
            print(f"# {case['note']}\n# want {case[want]!r}, got {value!r} {str(answer.get('reason') or answer.get('error') or '')[:300]!r}")
            print("# " + json.dumps(case.get("pattern") or case.get("selector") or case.get("text") or case.get("object"))[:300])
    if bad and done.stderr:
        print("# stderr: " + done.stderr.decode("utf-8", "replace")[-500:].replace("\n", "\n# "))
    return len(cases), bad


def main():
    program, kinds = os.path.abspath(sys.argv[1]), sys.argv[2:] or list(KINDS)
    count = bad = 0
    for kind in kinds:
        cases, failed = run_kind(kind, program, count + 1)
        print(f"# {kind}: {cases - failed} of {cases}")
        count, bad = count + cases, bad + failed
    print(f"1..{count}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
