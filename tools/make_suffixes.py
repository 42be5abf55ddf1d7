#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The names of the public suffix list as tables in C: make_suffixes.py LIST OUT.c

Rules for all names below one ("*.ck") stand for their parent alone, exceptions ("!www.ck") for nothing. Names are in punycode. In the
table of bits such a rule is there with both.
"""
import sys


BITS = 18


def rules(lines):
    for line in lines:
        rule = line.split()[0] if line.strip() else ""
        if rule and not rule.startswith(("//", "!")):
            below = rule.startswith("*.")
            yield below, rule.removeprefix("*.").encode("idna").decode()


def bit(name):
    """The highest bits of FNV-1a, of 32 bits, from the name's end to its begin: as src/values/domain.c has it."""
    number = 2166136261
    for byte in reversed(name.encode("ascii")):
        number = (number ^ byte) * 16777619 & 0xffffffff
    return number >> (32 - BITS)


def words(bits):
    found = [0] * ((1 << BITS) // 64)
    for one in bits:
        found[one // 64] |= 1 << one % 64
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        found = sorted(set(rules(f)))
    names = sorted({name for _, name in found})
    bits = words(bit(name) for name in names + ["*." + name for below, name in found if below])
    with open(sys.argv[2], "w", encoding="ascii") as out:
        out.write('/* Made by tools/make_suffixes.py. */\n#include <assert.h>\n\n#include "values/value.h"\n\nstatic const ac_str names[] = {\n')
        out.writelines(f'\tAC_S_INIT("{name}"),\n' for name in names)
        out.write("};\n\nac_str\nac_public_suffix(size_t i)\n{\n"
                  "\treturn i < AC_COUNT(names) ? names[i] : (ac_str){ NULL, 0 };\n}\n"
                  f"\nstatic_assert(AC_SUFFIX_BITS == {BITS}, \"bits are those of the hash here\");\n"
                  "const uint64_t ac_public_suffix_bits[(1 << AC_SUFFIX_BITS) / 64] = {\n")
        out.writelines(f"\t{word:#x}U,\n" for word in bits)
        out.write("};\n")


main()
