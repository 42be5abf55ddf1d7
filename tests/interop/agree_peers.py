#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Other people's programs verify what we sign, and we verify what they sign: agree_peers.py PROGRAM WRITE_NOTE. Prints TAP.

signify-openbsd and openssl take the plain Ed25519 signature out of the note; Go's golang.org/x/mod/sumdb/note takes the note itself. Each is skipped, with a word, where it is not installed.
"""
import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAM, WRITE_NOTE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SEED = hashlib.sha256(b"interop").hexdigest()
TEXT = "accord/statement/v1\ncoalition test.example\ntitle en A test\ntitle fr Un essai\n"
NAME = "alpha.example/sign"
RESULTS = []
# RFC 8410: an Ed25519 private key of PKCS#8, and a public key of SubjectPublicKeyInfo, up to their 32 bytes.
PKCS8, SPKI = bytes.fromhex("302e020100300506032b657004220420"), bytes.fromhex("302a300506032b6570032100")
GO = """package main

import (
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err == nil {
		var bytes []byte
		bytes, err = os.ReadFile(os.Args[2])
		if err == nil {
			_, err = note.Open(bytes, note.VerifierList(verifier))
		}
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
"""


def run(*words, **kwargs):
    return subprocess.run(words, capture_output=True, timeout=240, check=False, **kwargs)


def pem(kind, der):
    return f"-----BEGIN {kind}-----\n{base64.b64encode(der).decode()}\n-----END {kind}-----\n"


def write_note(work):
    """Our note, its vkey, and the 64 bytes of its signature."""
    done = run(WRITE_NOTE, NAME, "1", SEED, input=TEXT.encode())
    (work / "our.note").write_bytes(done.stdout)
    (work / "text").write_text(TEXT)
    vkey = done.stderr.decode().strip()
    return vkey, base64.b64decode(done.stdout.decode().split("\n")[-2].split(" ")[2])[4:]


def signify(work, vkey, signature):
    """A key and a signature of signify are "Ed", eight bytes that number the key, and the plain bytes."""
    key = base64.b64decode(vkey.split("+", 2)[2])[1:]
    (work / "key.pub").write_text("untrusted comment: test\n" + base64.b64encode(b"Ed" + bytes(8) + key).decode() + "\n")
    (work / "text.sig").write_text("untrusted comment: test\n" + base64.b64encode(b"Ed" + bytes(8) + signature).decode() + "\n")
    right = run("signify-openbsd", "-V", "-p", work / "key.pub", "-x", work / "text.sig", "-m", work / "text").returncode
    wrong = run("signify-openbsd", "-V", "-p", work / "key.pub", "-x", work / "text.sig", "-m", work / "our.note").returncode
    return None if right == 0 and wrong != 0 else f"signify said {right} of ours and {wrong} of another text"


def openssl(work, vkey, signature):
    (work / "public.pem").write_text(pem("PUBLIC KEY", SPKI + base64.b64decode(vkey.split("+", 2)[2])[1:]))
    (work / "signature").write_bytes(signature)
    done = run("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", work / "public.pem", "-in", work / "text", "-sigfile",
               work / "signature")
    return None if done.returncode == 0 else done.stderr.decode()


def openssl_signs(work, vkey, _signature):
    """openssl's signature of the text, made a note, is proved by ours; of another text it is not."""
    (work / "private.pem").write_text(pem("PRIVATE KEY", PKCS8 + bytes.fromhex(SEED)))
    done = run("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", work / "private.pem", "-in", work / "text", "-out", work / "theirs")
    if done.returncode:
        return done.stderr.decode()
    line = base64.b64encode(bytes.fromhex(vkey.split("+")[1]) + (work / "theirs").read_bytes()).decode()
    for text, want in ((TEXT, 0), (TEXT.replace("A test", "A text"), 1)):
        (work / "their.note").write_text(f"{text}\n\u2014 {NAME} {line}\n")
        got = run(PROGRAM, "verify", "--trust", vkey, work / "their.note").returncode
        if got != want:
            return f"accord verify: want {want}, got {got}"
    return None


def go(work, vkey, _signature):
    """Go's own reader of notes, from Debian's sources, with no network."""
    source = work / "src" / "peer"
    source.mkdir(parents=True)
    (source / "main.go").write_text(GO)
    env = dict(os.environ, GO111MODULE="off", GOPATH=f"{work}:/usr/share/gocode", GOCACHE=str(work / "cache"), GOFLAGS="", GOPROXY="off")
    built = run("go", "build", "-o", work / "peer", source / "main.go", env=env)
    if built.returncode:
        return built.stderr.decode()
    right = run(work / "peer", vkey, work / "our.note")
    (work / "edited.note").write_bytes((work / "our.note").read_bytes().replace(b"A test", b"A text"))
    wrong = run(work / "peer", vkey, work / "edited.note")
    return None if right.returncode == 0 and wrong.returncode else f"of ours: {right.stdout!r}; of an edited one: {wrong.returncode}"


def main():
    x_mod = pathlib.Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/note")
    peers = ((signify, "verifies our signature", shutil.which("signify-openbsd")), (openssl, "verifies our signature", shutil.which("openssl")),
             (openssl_signs, "what it signs is verified", shutil.which("openssl")), (go, "opens our note", shutil.which("go") and x_mod.is_dir()))
    print(f"1..{len(peers)}")
    failed = 0
    for number, (peer, what, installed) in enumerate(peers, 1):
        name = f"{number} - {peer.__name__.split('_', maxsplit=1)[0]}: {what}"
        if not installed:
            print(f"ok {name} # SKIP not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            problem = peer(work, *write_note(work))
        failed += problem is not None
        print(f"{'not ok' if problem else 'ok'} {name}")
        if problem:
            print("# " + problem.replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
