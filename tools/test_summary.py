#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what meson's test log holds, TAP lines one by one, and prints what failed. The last line is "N passed, N failed, N skipped"."""
import json
import re
import sys


def count_tap(output):
    passed, failed, skipped = 0, [], []
    for line in output.splitlines():
        note = re.match(r"#\s*SKIP\s+(.*)", line)
        if note:
            # A test that says so itself: its "ok" line is not a pass.
            skipped.append(note.group(1))
            passed -= 1
            continue
        match = re.match(r"(not )?ok\b\s*\d*\s*(.*)", line)
        if not match:
            continue
        if re.search(r"#\s*SKIP", line, re.I):
            skipped.append(match.group(2))
        elif match.group(1):
            failed.append(match.group(2))
        else:
            passed += 1
    return passed, failed, skipped


def main():
    passed = failed = skipped = 0
    for line in open(sys.argv[1], encoding="utf-8"):
        test = json.loads(line)
        output = test.get("stdout") or ""
        ok, bad, left = count_tap(output)
        if test["result"] in ("OK", "EXPECTEDFAIL"):
            passed, skipped = passed + (ok or not left), skipped + len(left)
        elif test["result"] == "SKIP":
            skipped += len(left) or 1
            passed += ok
        else:
            passed, skipped = passed + ok, skipped + len(left)
            failed += len(bad) or 1
            print(f"FAILED {test['name']}: {test['result']}")
            for name in bad:
                print(f"    {name}")
            print("\n".join("    " + text for text in (output + "\n" + (test.get("stderr") or "")).splitlines()[-60:]))
        for name in left:
            print(f"skipped {test['name']}: {name}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
