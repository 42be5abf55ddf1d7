#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times one job of a Python STIX library: bench_stix_peer.py JOB FILE. Prints "count processor-seconds"; exit status 3 when the library is not installed.

FILE has one JSON object a line, as the batch modes of accord read them. Only the library's own work is timed, not reading FILE.
"""
import json
import sys
import time


def timed(work, items, most_s=20.0):
    """How many items were done in at most about most_s seconds, and the processor seconds. An item that the library refuses with an error is done too."""
    start = time.process_time()
    for count, item in enumerate(items, 1):
        try:
            work(item)
        except Exception:  # pylint: disable=broad-except
            pass
        if time.process_time() - start > most_s:
            return count, time.process_time() - start
    return len(items), time.process_time() - start


def check_patterns(requests):
    from stix2patterns.validator import run_validator
    return timed(lambda r: run_validator(r["pattern"], r["stix_version"]), requests)


def parse_objects(requests):
    import stix2
    return timed(lambda r: stix2.parse(r["object"], allow_custom=True, version="2.1"), requests)


def validate_objects(requests):
    from stix2validator import ValidationOptions, validate_instance
    options = ValidationOptions(version="2.1")
    return timed(lambda r: validate_instance(r["object"], options), requests)


def match_patterns(requests):
    """One request a pattern, each with the same observations: counts observations, whatever the number of patterns."""
    from stix2matcher.matcher import Pattern
    patterns = [Pattern(r["pattern"], "2.1") for r in requests]
    observations = requests[0]["observations"]
    start = time.process_time()
    for pattern in patterns:
        pattern.match(observations, False)
    return len(observations), time.process_time() - start


JOBS = {"patterns": check_patterns, "ids": parse_objects, "parse": parse_objects, "validate": validate_objects, "match": match_patterns}


def main():
    with open(sys.argv[2], encoding="utf-8") as lines:
        requests = [json.loads(line) for line in lines]
    try:
        count, seconds = JOBS[sys.argv[1]](requests)
    except ImportError as error:
        print(error, file=sys.stderr)
        return 3
    print(count, seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
