#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the words about the program are true: check_docs.py PROGRAM SOURCE_ROOT. Prints TAP.

- every command has --help on standard output, at most 80 columns, exit 0; `-h` says the same; a wrong option is exit 2 with words on standard error;
- every example of --help runs (exit 0 or 1) on a store with a demo feed learned;
- every option in a table stands in the man page, which groff formats without a warning;
- every `$ accord ...` line (and those of signify, openssl and sha256sum, where these are installed) in a ```console block of README.md and docs/*.md runs, and its output, where the block shows some, is what comes out
  (a line "..." stands for any lines; numbers that depend on the machine are written as they came and compared with digits folded).
"""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(sys.argv[2])
RESULTS = []
# Programs of others that commands of the documents may use, where they are installed.
OTHERS = ("signify-openbsd", "openssl", "sha256sum")


def record(name, problem):
    RESULTS.append((name, problem))


def run(command, cwd, env, **kwargs):
    return subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                          timeout=120, check=False, **kwargs)


def environment(home):
    env = {k: os.environ[k] for k in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "GCOV_PREFIX") if k in os.environ}
    bin_dir = pathlib.Path(home) / "bin"
    bin_dir.mkdir(exist_ok=True)
    link = bin_dir / "accord"
    if not link.exists():
        link.symlink_to(PROGRAM)
    env.update(PATH=f"{bin_dir}:{env['PATH']}", HOME=home, XDG_DATA_HOME=home + "/data", XDG_CONFIG_HOME=home + "/config",
               LC_ALL="C", NO_COLOR="1", ACCORD_DATA_DIR=str(ROOT))
    return env


def listed(text):
    """The names in the list of commands of a help text; none when it has no such list."""
    block = text.split("Commands:\n")[1].split("\n\n")[0] if "Commands:\n" in text else ""
    return [line.split()[0] for line in block.splitlines() if re.match(r"  \S", line)]


def commands(home, env):
    """All commands as lists of words: ["learn"], ["pattern", "check"]. A group's own help is checked on the way."""
    names = []
    for name in listed(run([PROGRAM, "--help"], home, env).stdout):
        help_text = run([PROGRAM, name, "--help"], home, env)
        members = listed(help_text.stdout)
        names += [[name, member] for member in members] or [[name]]
        if members:
            bare, wrong = run([PROGRAM, name], home, env), run([PROGRAM, name, "no-such-command"], home, env)
            problem = None
            if bare.stdout != help_text.stdout or bare.returncode or any(len(line) > 80 for line in bare.stdout.splitlines()):
                problem = "the group alone must say what its --help says, in 80 columns, exit 0"
            elif wrong.returncode != 2 or wrong.stdout or not wrong.stderr:
                problem = "a wrong second word must be exit 2 with words on standard error only"
            record(f"help: {name}", problem)
    return names


def check_help(home, env, names):
    for words in names:
        name = " ".join(words)
        long, short = run([PROGRAM, *words, "--help"], home, env), run([PROGRAM, *words, "-h"], home, env)
        wrong = run([PROGRAM, *words, "--no-such-option"], home, env)
        problem = None
        if long.returncode or long.stderr or long.stdout != short.stdout:
            problem = "--help and -h must say the same on standard output, exit 0"
        elif any(len(line) > 80 for line in long.stdout.splitlines()):
            problem = "a line over 80 columns"
        elif wrong.returncode != 2 or wrong.stdout or not wrong.stderr:
            problem = "a wrong option must be exit 2 with words on standard error only"
        record(f"help: {name}", problem)


def example_folder(home):
    """The files that examples name: the shipped feeds under common names, and small inputs."""
    folder = pathlib.Path(home) / "examples"
    shutil.copytree(ROOT / "tests" / "docs" / "inputs", folder)
    feeds = ROOT / "demo" / "feeds"
    (folder / "feeds").mkdir()
    shutil.copytree(feeds / "blackfen", folder / "misp-feed")
    for name in ("feed.json", "bundle.json", "feeds/bundle.json"):
        shutil.copy(feeds / "norvalia-cert.json", folder / name)
    with gzip.open(folder / "access.log.gz", "wb") as out:
        out.write((folder / "logs" / "access.log").read_bytes())
    return folder


def check_examples(home, env, names):
    folder = example_folder(home)
    for words in names:
        name = " ".join(words)
        text = run([PROGRAM, *words, "--help"], home, env).stdout
        if "Examples:\n" not in text:
            record(f"examples: {name}", None)
            continue
        problem = None
        for line in text.split("Examples:\n")[1].splitlines():
            command = line.strip()
            if "--follow" in command:
                command = "timeout --preserve-status --signal=INT 20 " + command
            done = run(["sh", "-c", command], folder, env)
            if done.returncode not in (0, 1):
                problem = f"{line.strip()}: exit {done.returncode}: {done.stderr[-300:]}"
        record(f"examples: {name}", problem)


def check_man(home, env, names):
    man = run([PROGRAM, "--print-man"], home, env).stdout
    problem = None
    for words in names:
        for option in re.findall(r"^\s+(?:-\w, |\s+)--([a-z-]+)", run([PROGRAM, *words, "--help"], home, env).stdout, re.M):
            if option.replace("-", "\\-") not in man:
                problem = f"--{option} of {' '.join(words)} is not in the man page"
    record("man page: every option", problem)
    if shutil.which("groff"):
        done = run(["sh", "-c", f"'{PROGRAM}' --print-man | groff -man -Tutf8 -ww -z"], home, env)
        record("man page: groff", done.stderr or None)


def fold(line):
    return re.sub(r"\s+", " ", re.sub(r"[0-9]+([.,][0-9]+)*", "0", line)).strip()


def matches(shown, got):
    """Lines of a shown output against what came; "..." stands for any lines."""
    parts, current = [], []
    for line in shown:
        if line.strip() == "...":
            parts.append(current)
            current = []
        else:
            current.append(fold(line))
    parts.append(current)
    lines, at = [fold(line) for line in got], 0
    for index, part in enumerate(parts):
        found = next((i for i in range(at, len(lines) - len(part) + 1) if lines[i:i + len(part)] == part), None)
        if found is None or (index == 0 and found != 0):
            return f"not in the output: {part[:3]}"
        at = found + len(part)
    return None if len(parts) > 1 and not parts[-1] or at == len(lines) else f"more came: {got[at:at + 3]}"


def check_console_blocks(home, env):
    folder = example_folder(home)
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for number, block in enumerate(re.findall(r"```console\n(.*?)```", path.read_text(), re.S), 1):
            steps = re.split(r"^\$ ", block, flags=re.M)[1:]
            for step in steps:
                command, *shown = step.rstrip("\n").split("\n")
                programs = [name for name in ("accord", *OTHERS) if re.search(rf"(^|[|;&] *|do )(?:{name})\b", command)]
                if not programs or any(name in OTHERS and not shutil.which(name) for name in programs):
                    continue
                done = run(["sh", "-c", command], folder, env)
                problem = f"exit {done.returncode}: {done.stderr[-300:]}" if done.returncode not in (0, 1) else None
                if not problem and any(line.strip() for line in shown):
                    problem = matches(shown, done.stdout.splitlines())
                record(f"{path.name} block {number}: {command}", problem)


def main():
    with tempfile.TemporaryDirectory() as home:
        env = environment(home)
        names = commands(home, env)
        check_help(home, env, names)
        check_examples(home, env, names)
        check_man(home, env, names)
    with tempfile.TemporaryDirectory() as home:
        check_console_blocks(home, environment(home))
    print(f"1..{len(RESULTS)}")
    for number, (name, problem) in enumerate(RESULTS, 1):
        print(f"{'not ok' if problem else 'ok'} {number} - {name}")
        if problem:
            print("\n".join("# " + line for line in problem.splitlines()))
    return 1 if any(problem for _, problem in RESULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
