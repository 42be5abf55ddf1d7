# SPDX-License-Identifier: Apache-2.0
"""Writes objects with all five kinds of extensions, custom types and properties, in spellings that a rewriting would lose; or checks that know gives the same bytes."""
import json
import subprocess
import sys

TIMES = '"created":"2021-03-04T08:00:00.000Z", "modified":"2021-03-04T08:00:00.000Z"'


def uid(n):
    return f"00000000-0000-4000-8000-0000000000{n:02d}"


DEFINITION = (f'{{"type":"extension-definition","spec_version":"2.1","id":"extension-definition--{uid(1)}",{TIMES},"created_by_ref":"identity--{uid(2)}",'
              '"name":"Mill","schema":"https://example.org/mill.json","version":"1.2.1","extension_types":["property-extension","new-sdo","new-sco","new-sro",'
              '"toplevel-property-extension"],"extension_properties":["mill_rank","mill_notes"]}')
EXTENDED = '"extensions" : {"extension-definition--%s":{ "extension_type":"%s"%s }}'


def extended(kind, more=""):
    return EXTENDED % (uid(1), kind, more)


OBJECTS = [
    DEFINITION,
    f'{{"type":"malware","spec_version":"2.1","id":"malware--{uid(3)}",{TIMES}, "name":"\\u0052EED","is_family":true, {extended("property-extension", chr(44) + chr(34) + "rank" + chr(34) + ": 5.0")}}}',
    f'{{"type":"malware","spec_version":"2.1","id":"malware--{uid(4)}",{TIMES}, "name":"SEDGE","is_family":true,"mill_rank":1e2,"mill_notes":[ "a" , null ],'
    f'{extended("toplevel-property-extension")}}}',
    f'{{ "type":"mill-wheel","spec_version":"2.1","id":"mill-wheel--{uid(5)}",{TIMES},"name":"Wheel","spokes":"12",{extended("new-sdo")}}}',
    f'{{"type":"mill-stone" ,"spec_version":"2.1","id":"mill-stone--{uid(6)}","weight":[],"name":null,{extended("new-sco")}}}',
    f'{{"type":"mill-race","spec_version":"2.1","id":"mill-race--{uid(7)}",{TIMES},"source_ref":"malware--{uid(3)}","target_ref":"malware--{uid(4)}",{extended("new-sro")}}}',
    # Deprecated ways (s11), and an extension of which nobody has a definition.
    f'{{"type":"x-acme-mill","spec_version":"2.1","id":"x-acme-mill--{uid(8)}",{TIMES},"name":"Old Mill","x_port":"8443", "x_when":"2021-03-04 08:00:00"}}',
    f'{{"type":"tool","spec_version":"2.1","id":"tool--{uid(9)}",{TIMES},"name":"Sluice","x_empty":{{}},"extensions":{{"extension-definition--{uid(99)}":{{"extension_type":"property-extension","a":[1.50]}}}}}}',
]


def main():
    if sys.argv[1] == "write":
        print('{"type":"bundle","id":"bundle--' + uid(50) + '","objects":[' + ",\n".join(OBJECTS) + "]}")
        return
    for text in OBJECTS:
        name = json.loads(text)["id"]
        page = subprocess.run([sys.argv[1], "know", "--db", "state", "--json", name], capture_output=True, text=True, check=False).stdout
        print(name, '"object":' + text + "}" in page)


main()
