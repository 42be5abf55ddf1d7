#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lines as real products write them, with an indicator of its own in each field that may hold one, and lines that only look so: real_logs.py ACCORD.

Every field of every line must give its hit, no line a hit that nobody planted, and each file must be read as the format that it is. Lines are written from the documentation of the products; names and addresses are
those set aside for documentation and benchmarks.

Behind the name of the format "at TIME" may stand: then each line with an indicator has that time, to the second.

Lines of files that are all JSON are told once more, and then twice more, as strings of JSON: as container runtimes and collectors wrap them.

@TYPE@ in a line is a new indicator of that type, @TYPE:SPELLING@ one that the line spells in another way. @uh@ ... @up@ (... @uq@, @port@) are the parts of one URL. Decoys use @not-TYPE:WAY@.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

LISTED = {
    "ip": "ipv4-addr", "ip6": "ipv6-addr", "cidr": "ipv4-addr", "cidr6": "ipv6-addr", "dom": "domain-name", "url": "url", "mail": "email-addr", "md5": "md5", "sha1": "sha1",
    "sha224": "sha224", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512", "name": "file-name", "path": "file-path", "posix": "file-path", "key": "windows-registry-key", "mutex": "mutex", "ua": "user-agent",
    "ja3": "ja3", "ja4": "ja4", "serial": "x509-serial", "fp1": "x509-sha1", "fp256": "x509-sha256", "as": "autonomous-system", "mac": "mac-addr", "pipe": "named-pipe",
    "uaq": "user-agent", "idn": "domain-name", "nameb": "file-name",
}


def digits(n, count):
    out, x = "", n * 0x9E3779B97F4A7C15 + 0x1234567
    while len(out) < count:
        x = (x * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        out += f"{x >> 32:08x}"
    return out[:count]


ENDS = ("example", "test", "xq", "co.xk", "invalid", "qm")


def new_value(kind, n):
    """What a list says, and what stands in a log."""
    lengths = {"md5": 32, "ja3": 32, "sha1": 40, "fp1": 40, "sha224": 56, "sha256": 64, "fp256": 64, "sha384": 96, "sha512": 128}
    if kind in lengths:
        text = digits(n, lengths[kind])
        return text, text
    if kind == "idn":
        text = f"b\u00fccher{n}.example"
        return text.encode("idna").decode(), text
    if kind == "cidr":
        return f"198.19.{n % 256}.{(n // 256) % 8 * 32}/27", f"198.19.{n % 256}.{(n // 256) % 8 * 32 + 9}"
    if kind == "cidr6":
        return f"2001:db8:{n:x}:8000::/49", f"2001:db8:{n:x}:9abc::7"
    plain = {
        "ip": f"198.18.{n // 200}.{n % 200 + 1}", "ip6": f"2001:db8:{n:x}::{n + 1:x}", "dom": f"evil-{n}.{ENDS[n % len(ENDS)]}", "url": f"http://url{n}.example/Gate/{n:x}.php?id={n}",
        "mail": f"actor.{n}@mail{n}.example", "name": f"dropper{n}.exe", "path": f"C:\\Users\\Public\\d{n}\\svchost.exe", "posix": f"/tmp/.x{n}/kworkerd",
        "key": f"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Upd{n}", "mutex": f"Zone{n}Lock", "ua": f"Mozilla/4.0 (compatible; Bot{n}x; Windows NT 5.1)",
        "ja4": f"t13d1516h2_{digits(n, 12)}_{digits(n + 7, 12)}", "serial": f"{digits(n, 4).replace('0', '7')}{n:012x}", "as": f"{64496 + n}", "mac": ":".join(digits(n, 12)[i:i + 2] for i in range(0, 12, 2)), "pipe": f"msse-{n}-server",
        "nameb": f"bad {n} caf\u00e9.exe", "uaq": f'Bot{n}q/2.0 (x "q" y; z\\w)',
    }
    return plain[kind], plain[kind]


SPELLINGS = {
    "upper": str.upper,
    "sub": lambda v: "cdn.www-2." + v,
    "dot": lambda v: v + ".",
    "slash": lambda v: v.replace("/", "\\/"),
    "json": lambda v: json.dumps(v)[1:-1],
    "u": lambda v: v.replace("&", "\\u0026").replace("=", "\\u003d"),
    "colons": lambda v: ":".join(v[i:i + 2] for i in range(0, len(v), 2)),
    "COLONS": lambda v: ":".join(v[i:i + 2] for i in range(0, len(v), 2)).upper(),
    "dash": lambda v: v.replace(":", "-").upper(),
    "cisco": lambda v: ".".join(v.replace(":", "")[i:i + 4] for i in (0, 4, 8)),
    "bare": lambda v: v.replace(":", ""),
    "plus": lambda v: v.replace(" ", "+"),
    "hklm": lambda v: v.replace("HKEY_LOCAL_MACHINE", "HKLM"),
    "hklmj": lambda v: v.replace("HKEY_LOCAL_MACHINE", "HKLM").replace("\\", "\\\\"),
    "kernel": lambda v: v.replace("HKEY_LOCAL_MACHINE", "\\REGISTRY\\MACHINE"),
    "as": lambda v: "AS" + v,
    "mapped": lambda v: "::ffff:" + v,
    "full": lambda v: ":".join(f"{int(g or 0, 16):04x}" for g in (v.replace("::", ":" + "0:" * (8 - sum(1 for g in v.split(":") if g)))).split(":")),
    "brackets": lambda v: "[" + v + "]",
    "port": lambda v: v + ":8443",
    "defang": lambda v: v.replace(".", "[.]"),
    "hxxp": lambda v: v.replace("http", "hxxp").replace(".", "[.]"),
    "in": lambda v: "C:\\Windows\\Temp\\" + v,
    "inj": lambda v: "C:\\\\Windows\\\\Temp\\\\" + v,
    "inp": lambda v: "/var/tmp/" + v,
    "cmd": lambda v: "cmd.exe /c start " + v + " /quiet",
    "cef": lambda v: v.replace("\\", "\\\\").replace("=", "\\="),
    "quoted": lambda v: v.replace("\\", "\\\\").replace('"', '\\"'),
    "hex": lambda v: "".join(c if " " <= c < "\x7f" and c not in '"\\' else "".join(f"\\x{b:02x}" for b in c.encode()) for c in v),
    "csv": lambda v: v.replace('"', '""'),
    "pct": lambda v: urllib.parse.quote(v),
    "bare-url": lambda v: v.removeprefix("http://"),
    "angle": lambda v: "<" + v + ">",
    "obj": lambda v: "\\BaseNamedObjects\\" + v,
    "objj": lambda v: "\\\\Sessions\\\\1\\\\BaseNamedObjects\\\\" + v,
    "labels": lambda v: "".join(f"({len(part)}){part}" for part in v.split(".")) + "(0)",
    "xml": lambda v: v.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"),
    "ent": lambda v: v.encode("ascii", "xmlcharrefreplace").decode(),
    "pipej": lambda v: "\\\\" + v,
    "fullpipe": lambda v: "\\\\.\\pipe\\" + v,
}
# Decoys: an indicator that is listed, changed so that it is another value.
DECOYS = {
    "cef": SPELLINGS["cef"],
    "plusname": SPELLINGS["plus"],
    "longer": lambda v: v + "777",
    "front": lambda v: "9" + v,
    "more": lambda v: v + ".7",
    "glued": lambda v: "not" + v,
    "hyphen": lambda v: "not-" + v,
    "label": lambda v: v + ".example",
    "tail": lambda v: v + "x",
    "hex": lambda v: v + "ab",
    "hexfront": lambda v: "ab" + v,
    "short": lambda v: v[:-1],
    "cut": lambda v: v[1:],
    "as-is": lambda v: v,
    "ext": lambda v: v + ".bak",
    "deeper": lambda v: v + "\\Deeper",
    "path": lambda v: v + "/more",
    "case": lambda v: v.replace("/Gate/", "/gate/"),
    "labelsorg": lambda v: SPELLINGS["labels"](v + ".org"),
    "labelsglued": lambda v: SPELLINGS["labels"]("not" + v),
    "entfront": lambda v: "not&#45;" + v,
    "entlabel": lambda v: v + "&#x2e;org",
    "uscore": lambda v: "x_" + v,
}


def docker(line):
    return json.dumps({"log": line + "\n", "stream": "stdout", "time": "2021-07-20T11:00:00.123456789Z"}, separators=(",", ":"))


def filebeat(line):
    """A collector's, around the container's."""
    inner = json.dumps({"stream": "stdout", "log": line}, ensure_ascii=False).replace("/", "\\/")
    return json.dumps({"@timestamp": "2021-07-20T11:00:00.123Z", "message": inner, "input": {"type": "container"}}, separators=(",", ":"))


class Maker:
    def __init__(self):
        self.n = 0
        self.listed = []
        self.files = []

    def value(self, kind):
        self.n += 1
        listed, text = new_value(kind, self.n)
        self.listed.append((LISTED[kind], listed))
        return listed, text

    def line(self, template):
        expected, url = [], {}

        def part(m):
            kind, _, spelling = m.group(1).partition(":")
            if kind in ("uh", "up", "uq", "port"):
                if not url:
                    self.n += 1
                    url.update(n=self.n, host=f"split{self.n}.example")
                if kind == "uh":
                    text = url["host"]
                elif kind == "port":
                    text = url["port"] = "8080"
                else:
                    text = url[kind] = {"up": f"/In/{url['n']:x}/gate.aspx", "uq": f"id={url['n']}&x=1"}[kind]
                return SPELLINGS[spelling](text) if spelling else text
            if kind.startswith("not-"):
                return DECOYS[spelling](self.value(kind[4:])[1])
            listed, text = self.value(kind)
            expected.append((LISTED[kind], listed))
            for s in spelling.split("+") if spelling else ():
                text = SPELLINGS[s](text)
            return text

        text = re.sub(r"@((?:not-)?(?:uh|up|uq|port|" + "|".join(LISTED) + r")(?::[A-Za-z+0-9-]+)?)@", part, template)
        if "up" in url:
            whole = f"http://{url['host']}{':' + url['port'] if 'port' in url else ''}{url['up']}{'?' + url['uq'] if 'uq' in url else ''}"
            self.listed.append(("url", whole))
            expected.append(("url", whole))
        return text, expected

    def file(self, name, text, wrap=lambda line: line):
        """text: the format's name in the first line, then lines; '!' before one: a header or a line without a hit, '~': decoys."""
        first, *lines = text.strip("\n").split("\n")
        out, expected = [], {}
        for line in lines:
            text, wanted = self.line(line[1:] if line[:1] in "!~" and line[:2] != "!!" else line)
            out.append(wrap(text))
            expected[len(out)] = wanted
        first, _, time = first.partition(" at ")
        self.files.append((name, first, out, expected, time))


def main():
    accord = pathlib.Path(sys.argv[1]).resolve()
    maker = Maker()
    for path in sorted((pathlib.Path(__file__).parent / "real_logs").glob("*.log")):
        text = path.read_text(encoding="utf-8").replace("\u2409", "\t")
        maker.file(path.name, text)
        if text.startswith("json"):
            maker.file("docker-" + path.name, text, docker)
            maker.file("filebeat-" + path.name, text, filebeat)
    print("1..1")
    problems = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with open(folder / "list.csv", "w", encoding="utf-8") as out:
            out.write("type,value\n")
            for kind, value in maker.listed:
                out.write(f'{kind},"{SPELLINGS["csv"](value)}"\n')
        state = str(folder / "state")
        learned = subprocess.run([accord, "learn", "--db", state, "--no-pack", str(folder / "list.csv")], capture_output=True, text=True, check=True)
        if "refused" in learned.stdout + learned.stderr:
            print(learned.stdout, learned.stderr)
            problems += 1
        for name, format_name, lines, expected, time in maker.files:
            path = folder / name
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            done = subprocess.run([accord, "watch", "--db", state, "--no-record", "--json", str(path)], capture_output=True, text=True, check=False)
            if done.returncode not in (0, 1):
                print(f"# {name}: status {done.returncode}: {done.stderr}")
                problems += 1
                continue
            found = {}
            for record in map(json.loads, done.stdout.splitlines()):
                if record.get("schema", "").startswith("accord.hit"):
                    for name_of in record["names"]:
                        found.setdefault(record["line"], set()).add(name_of)
                elif "malformed" in record and record["malformed"] and not name.endswith("odd.log"):
                    print(f"# {name}: {record['malformed']} malformed lines")
                    problems += 1
            for number, line in enumerate(lines, 1):
                wanted = {value for _, value in expected[number]}
                got = found.get(number, set())
                canonical = {v.lower() for v in got}
                for kind, value in expected[number]:
                    if value.lower() not in canonical:
                        print(f"# {name}:{number}: missed {kind} {value}: {line[:3000]}")
                        problems += 1
                for value in got:
                    if value.lower() not in {w.lower() for w in wanted}:
                        print(f"# {name}:{number}: false {value}: {line[:3000]}")
                        problems += 1
            for late in (False, True) if time else ():
                wanted = set() if late else {number for number, values in expected.items() if values}
                since = time.replace("00Z", "01Z") if late else time
                done = subprocess.run([accord, "watch", "--db", state, "--no-record", "--json", "--as-of", "2022-01-01T00:00:00Z", "--since", since, str(path)], capture_output=True, text=True, check=False)
                got = {record["line"] for record in map(json.loads, done.stdout.splitlines()) if record["schema"].startswith("accord.hit")}
                for number in sorted(wanted ^ got):
                    print(f"# {name}:{number}: {'no time, or a later one' if late else 'an earlier time'}: {lines[number - 1][:3000]}")
                    problems += 1
            told = subprocess.run([accord, "watch", "--explain-fields", str(path), "--json"], capture_output=True, text=True, check=False)
            formats = set(re.findall(r'"format":"([a-z0-9/ -]+)"', told.stdout))
            if formats and format_name != "*" and formats != set(format_name.split()):
                print(f"# {name}: read as {sorted(formats)}, want {format_name}")
                problems += 1
    planted = sum(len(v) for _, _, _, e, _ in maker.files for v in e.values())
    print(f"{'not ok' if problems else 'ok'} 1 - {planted} values in {sum(len(f[2]) for f in maker.files)} lines of {len(maker.files)} files: each is found, {problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
