#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The names of the public suffix list as a table in C: make_suffixes.py LIST OUT.c

Rules for all names below one ("*.ck") stand for their parent alone, exceptions ("!www.ck") for nothing. Names are in punycode.
"""
import sys


def names(lines):
    for line in lines:
        rule = line.split()[0] if line.strip() else ""
        if rule and not rule.startswith(("//", "!")):
            yield rule.removeprefix("*.").encode("idna").decode()


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        found = sorted(set(names(f)))
    with open(sys.argv[2], "w", encoding="ascii") as out:
        out.write('/* Made by tools/make_suffixes.py. */\n#include "values/value.h"\n\nstatic const ac_str names[] = {\n')
        out.writelines(f'\tAC_S_INIT("{name}"),\n' for name in found)
        out.write("};\n\nac_str\nac_public_suffix(size_t i)\n{\n"
                  "\treturn i < AC_COUNT(names) ? names[i] : (ac_str){ NULL, 0 };\n}\n")


main()
