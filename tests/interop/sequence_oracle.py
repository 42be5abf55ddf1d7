#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks `accord pattern match --jsonl` for random observation expressions and judges the answers by brute force: sequence_oracle.py PROGRAM [CASES [SEED]]. Prints TAP.

The judge is written from STIX 2.1 section 9.5 and shares nothing with the program. An expression holds if there is a choice of observation instances for its
brackets, and of an instant within [first_observed, last_observed] for each, so that
  - an observation serves at most number_observed brackets, each with an instant of its own (9.1);
  - AND, FOLLOWEDBY and REPEATS take different instances (9.5.2, 9.5.1), OR one of its sides;
  - a FOLLOWEDBY b: no instant of a is later than an instant of b (9.5.2);
  - WITHIN w: the last instant is before the first + w (9.5.1), START x STOP y: every instant is >= x and < y.
Every choice is tried. The instants are a system of difference constraints, solved exactly: seconds are scaled, a strict bound is one unit less.
What a bracket holds for is chosen at random and written into the data: bracket i is [x-test:hit_i = true].
"""
import itertools
import json
import math
import os
import random
import subprocess
import sys

CASES, SEED, BATCH, TIMEOUT_S = 40000, 20240301, 5000, 300
SCALE = 1000  # units a second; more than the strict bounds that one case can add up
WHOLE = 8     # observations are made within so many seconds
MOST = 10     # brackets of an expression, repetitions counted
WAYS = 200    # readings of an expression that are worth trying

# An expression is a tuple: ("leaf", i), ("AND"|"OR"|"FOLLOWEDBY", [parts]), ("REPEATS", e, k), ("WITHIN", e, units), ("START", e, from, to). Times are in units.


def random_expression(rng, depth, leaves, budget):
    """An expression that takes at most `budget` instances."""
    if depth == 0 or budget == 1 or rng.random() < 0.25:
        expression, taken = ("leaf", rng.randrange(leaves)), 1
    else:
        parts, taken = [], 0
        for _ in range(rng.choice((2, 2, 2, 3))):
            if budget - taken >= 1:
                part, used = random_expression(rng, depth - 1, leaves, budget - taken)
                parts.append(part)
                taken += used
        expression = (rng.choice(("AND", "OR", "FOLLOWEDBY", "FOLLOWEDBY")), parts) if len(parts) > 1 else parts[0]
    while rng.random() < 0.35:
        kind = rng.choice(("REPEATS", "WITHIN", "WITHIN", "START"))
        if kind in qualifiers(expression):  # 9.5.1: not more than one of a kind
            break
        if kind == "REPEATS":
            times = rng.randint(1, 3)
            if taken * times > budget:
                break
            expression, taken = ("REPEATS", expression, times), taken * times
        elif kind == "WITHIN":
            expression = ("WITHIN", expression, rng.choice((1, 1, 2, 3, 4, 6)) * SCALE // rng.choice((1, 1, 2)))
        else:
            start = rng.randrange(WHOLE)
            expression = ("START", expression, start * SCALE, (start + rng.randint(1, 5)) * SCALE)
    return expression, taken


def qualifiers(expression):
    return {expression[0]} | qualifiers(expression[1]) if expression[0] in ("REPEATS", "WITHIN", "START") else set()


def clock(units):
    seconds, rest = divmod(units, SCALE)
    return f"2024-03-01T10:00:{seconds:02d}" + (f".{rest:03d}" if rest else "") + "Z"


def text(expression):
    kind = expression[0]
    if kind == "leaf":
        return f"[x-test:hit_{expression[1]} = true]"
    if kind in ("AND", "OR", "FOLLOWEDBY"):
        return "(" + f" {kind} ".join(text(part) for part in expression[1]) + ")"
    inner = text(expression[1])
    if kind == "REPEATS":
        return f"{inner} REPEATS {expression[2]} TIMES"
    if kind == "WITHIN":
        return f"{inner} WITHIN {expression[2] / SCALE:g} SECONDS"
    return f"{inner} START t'{clock(expression[2])}' STOP t'{clock(expression[3])}'"


def readings(expression):
    """Every way to read the expression without OR and REPEATS: (leaves, bounds); a bound (a, b, c) says instant[a] - instant[b] <= c, a or b None is the origin."""
    kind = expression[0]
    if kind == "leaf":
        return [([expression[1]], [])]
    if kind == "OR":
        return [reading for part in expression[1] for reading in readings(part)]
    if kind in ("AND", "FOLLOWEDBY", "REPEATS"):
        parts = [expression[1]] * expression[2] if kind == "REPEATS" else expression[1]
        found = []
        for chosen in itertools.product(*(readings(part) for part in parts)):
            leaves, bounds, before = [], [], []
            for part_leaves, part_bounds in chosen:
                shift = len(leaves)
                bounds += [(None if a is None else a + shift, None if b is None else b + shift, c) for a, b, c in part_bounds]
                own = range(shift, shift + len(part_leaves))
                if kind == "FOLLOWEDBY":
                    bounds += [(a, b, 0) for a in before for b in own]
                before += own
                leaves += part_leaves
            found.append((leaves, bounds))
        return found
    found = []
    for leaves, bounds in readings(expression[1]):
        every = range(len(leaves))
        if kind == "WITHIN":
            more = [(a, b, expression[2] - 1) for a in every for b in every if a != b]
        else:
            more = [(None, a, -expression[2]) for a in every] + [(a, None, expression[3] - 1) for a in every]
        found.append((leaves, bounds + more))
    return found


def feasible(windows, bounds):
    """Is there an instant in each window so that all bounds hold? The earliest instants are pushed up until nothing moves; what still moves then never ends."""
    low = [first for first, _ in windows]
    for _ in range(len(windows) + 1):
        moved = False
        for a, b, c in bounds:  # instant[b] >= instant[a] - c
            if b is None:
                if low[a] > c:
                    return False
                continue
            least = (0 if a is None else low[a]) - c
            if least > low[b]:
                if least > windows[b][1]:
                    return False
                low[b], moved = least, True
        if not moved:
            return True
    return False


def holds(expression, observations):
    hits = {}
    for leaves, bounds in readings(expression):
        ready = [[bound for bound in bounds if max(-1 if bound[0] is None else bound[0], -1 if bound[1] is None else bound[1]) <= n] for n in range(len(leaves))]

        def place(chosen, left):
            n = len(chosen)
            if n == len(leaves):
                return True
            for o in hits.setdefault(leaves[n], [o for o, seen in enumerate(observations) if leaves[n] in seen["hits"]]):
                if left[o] and feasible([observations[x]["window"] for x in chosen] + [observations[o]["window"]], ready[n]):
                    left[o] -= 1
                    if place(chosen + [o], left):
                        return True
                    left[o] += 1
            return False

        if place([], [seen["count"] for seen in observations]):
            return True
    return False


def ways(expression):
    """How many readings there are."""
    kind, *rest = expression
    if kind == "leaf":
        return 1
    if kind in ("AND", "FOLLOWEDBY"):
        return math.prod(map(ways, rest[0]))
    if kind == "OR":
        return sum(map(ways, rest[0]))
    return ways(rest[0]) ** (rest[1] if kind == "REPEATS" else 1)


def random_case(rng):
    large = rng.random() < 0.25
    leaves = rng.randint(1, 4 if large else 3)
    while True:
        expression, _ = random_expression(rng, rng.choice((1, 2, 3, 4 if large else 3)), leaves, rng.randint(2, MOST if large else 6))
        if ways(expression) <= WAYS:
            break
    observations = []
    for _ in range(rng.randint(2, 9 if large else 6)):
        first = rng.randrange(WHOLE)
        last = first if rng.random() < 0.6 else min(first + rng.randint(0, 4), WHOLE)
        observations.append({"window": (first * SCALE, last * SCALE), "count": rng.choice((1, 1, 1, 2, 3)), "hits": {i for i in range(leaves) if rng.random() < 0.5}})
    return expression, observations


def bundle(rng, observations):
    def identifier(kind):
        return f"{kind}--{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4{rng.getrandbits(12):03x}-8{rng.getrandbits(12):03x}-{rng.getrandbits(48):012x}"

    objects = []
    for seen in observations:
        thing = {"type": "x-test", "spec_version": "2.1", "id": identifier("x-test"), "x_name": "x"} | {f"hit_{i}": True for i in seen["hits"]}
        objects += [{"type": "observed-data", "spec_version": "2.1", "id": identifier("observed-data"), "created": "2024-03-01T10:00:00.000Z", "modified": "2024-03-01T10:00:00.000Z",
                     "first_observed": clock(seen["window"][0]), "last_observed": clock(seen["window"][1]), "number_observed": seen["count"], "object_refs": [thing["id"]]}, thing]
    return {"type": "bundle", "id": identifier("bundle"), "objects": objects}


def make(count, seed):
    """Yields (request, wanted)."""
    rng = random.Random(seed)
    for number in range(count):
        expression, observations = random_case(rng)
        request = {"id": number, "pattern": text(expression), "stix_version": "2.1", "observations": [bundle(rng, observations)]}
        yield request, "match" if holds(expression, observations) else "nomatch"


def ask(program, cases):
    """id: result"""
    requests = "".join(json.dumps(request, separators=(",", ":")) + "\n" for request, _ in cases)
    done = subprocess.run([program, "pattern", "match", "--jsonl"], input=requests.encode(), capture_output=True, timeout=TIMEOUT_S, check=False)
    answers = map(json.loads, done.stdout.splitlines())
    return {answer["id"]: answer.get("result", answer.get("error", "no result")) for answer in answers}


def show(request, wanted, got):
    objects = request["observations"][0]["objects"]
    windows = [f"{seen['first_observed'][17:-1]}-{seen['last_observed'][17:-1]} x{seen['number_observed']} " + "".join(name[4:] for name in sorted(thing) if name.startswith("hit_"))
               for seen, thing in zip(objects[::2], objects[1::2])]
    print(f"# case {request['id']}: want {wanted}, got {got!r}: {request['pattern']}\n#   {'; '.join(windows)}")


def main():
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else CASES
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else SEED
    made = make(count, seed)
    hold = undecided = wrong = 0
    while cases := list(itertools.islice(made, BATCH)):
        got = ask(program, cases)
        for request, wanted in cases:
            answer = got.get(request["id"], "no answer")
            hold += wanted == "match"
            undecided += answer == "undecided"
            if answer != wanted:
                wrong += 1
                if wrong <= 10:
                    show(request, wanted, answer)
    print(f"# {count} cases of seed {seed}: {hold} hold, {wrong} answered wrongly, of these {undecided} undecided")
    print(f"{'not ok' if wrong else 'ok'} 1 - every answer is the brute-force one")
    print(f"{'ok' if count < 1000 or count / 5 < hold < count * 4 / 5 else 'not ok'} 2 - the cases hold and fail often enough to say something")
    print("1..2")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
