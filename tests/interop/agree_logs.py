#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Go's golang.org/x/mod/sumdb/tlog reads our log and proofs, and we read its: agree_logs.py PROGRAM WRITE_NOTE. Prints TAP.

Go takes hashes out of our tiles against our checkpoint, checks every leaf, our proofs of leaves and of growth. It writes a log of the same leaves, with its own tiles, checkpoint and proofs, which we audit, pull and verify. Skipped, with
a word, where it is not installed.
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
LEAVES, OLD = 270, 200
SEED = hashlib.sha256(b"go's log").hexdigest()
NAME = "go.example/log"
PASSPHRASE = ("--passphrase-file", "words")
GO = r"""package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// Their names of tiles have the height in them, those of C2SP have not.
func path(t tlog.Tile) string {
	return strings.Replace(t.Path(), "tile/8/", "tile/", 1)
}

type tiles struct{ folder string }

func (r tiles) Height() int { return 8 }
func (r tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range want {
		data, err := os.ReadFile(filepath.Join(r.folder, path(t)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (r tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func entries(folder string, size int64) [][]byte {
	var leaves [][]byte
	for n := int64(0); n*256 < size; n++ {
		name := fmt.Sprintf("tile/entries/%03d", n)
		if size-n*256 < 256 {
			name += fmt.Sprintf(".p/%d", size-n*256)
		}
		data, err := os.ReadFile(filepath.Join(folder, name))
		must(err)
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			leaves = append(leaves, data[2:2+length])
			data = data[2+length:]
		}
	}
	return leaves
}

// The text of a checkpoint that the key has signed.
func checkpoint(file, vkey string) tlog.Tree {
	data, err := os.ReadFile(file)
	must(err)
	if at := bytes.Index(data, []byte("\n\n")); bytes.HasPrefix(data, []byte("c2sp.org/")) || bytes.HasPrefix(data, []byte("old ")) {
		data = data[at+2:]
	}
	verifier, err := note.NewVerifier(vkey)
	must(err)
	n, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	hash, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: hash}
}

// Hashes of a proof's file, and the number in front of them.
func proof(file string) (int64, []tlog.Hash) {
	data, err := os.ReadFile(file)
	must(err)
	var number int64
	var hashes []tlog.Hash
	for _, line := range strings.Split(strings.SplitN(string(data), "\n\n", 2)[0], "\n") {
		if words := strings.Split(line, " "); len(words) == 2 {
			number, err = strconv.ParseInt(words[1], 10, 64)
			must(err)
		} else if hash, err := tlog.ParseHash(line); err == nil {
			hashes = append(hashes, hash)
		}
	}
	return number, hashes
}

func read(folder, vkey string, proofs []string) {
	tree := checkpoint(filepath.Join(folder, "checkpoint"), vkey)
	reader := tlog.TileHashReader(tree, tiles{folder})
	leaves := entries(folder, tree.N)
	if int64(len(leaves)) != tree.N {
		must(fmt.Errorf("%d leaves of %d", len(leaves), tree.N))
	}
	for i, leaf := range leaves {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		must(err)
		if hashes[0] != tlog.RecordHash(leaf) {
			must(fmt.Errorf("leaf %d has another hash", i))
		}
	}
	for _, file := range proofs {
		number, hashes := proof(file)
		head := checkpoint(file, vkey)
		if strings.HasSuffix(file, ".growth") {
			old, err := tlog.TreeHash(number, reader)
			must(err)
			must(tlog.CheckTree(hashes, head.N, head.Hash, number, old))
		} else {
			must(tlog.CheckRecord(hashes, head.N, head.Hash, number, tlog.RecordHash(leaves[number])))
		}
	}
}

func put(file string, data []byte) {
	must(os.MkdirAll(filepath.Dir(file), 0755))
	must(os.WriteFile(file, data, 0644))
}

func sign(skey, origin string, tree tlog.Tree) []byte {
	signer, err := note.NewSigner(skey)
	must(err)
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, tree.N, tree.Hash)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	return signed
}

func body(head string, hashes []tlog.Hash, signed []byte) []byte {
	text := head
	for _, hash := range hashes {
		text += base64.StdEncoding.EncodeToString(hash[:]) + "\n"
	}
	return append([]byte(text+"\n"), signed...)
}

// The same leaves as a log of Go's, with the checkpoint of its first leaves, and proofs.
func write(from, folder, skey, origin string, size, old int64) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	leaves := entries(from, size)
	var tile []byte
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashes(int64(i), leaf, reader)
		must(err)
		stored = append(stored, hashes...)
		tile = append(binary.BigEndian.AppendUint16(tile, uint16(len(leaf))), leaf...)
		if i%256 == 255 || i == len(leaves)-1 {
			name := fmt.Sprintf("tile/entries/%03d", i/256)
			if i%256 != 255 {
				name += fmt.Sprintf(".p/%d", i%256+1)
			}
			put(filepath.Join(folder, name), tile)
			tile = nil
		}
	}
	for _, t := range tlog.NewTiles(8, 0, size) {
		data, err := tlog.ReadTileData(t, reader)
		must(err)
		put(filepath.Join(folder, path(t)), data)
	}
	hash, err := tlog.TreeHash(size, reader)
	must(err)
	signed := sign(skey, origin, tlog.Tree{N: size, Hash: hash})
	put(filepath.Join(folder, "checkpoint"), signed)
	oldHash, err := tlog.TreeHash(old, reader)
	must(err)
	put("old.checkpoint", sign(skey, origin, tlog.Tree{N: old, Hash: oldHash}))
	growth, err := tlog.ProveTree(size, old, reader)
	must(err)
	put("go.growth", body(fmt.Sprintf("old %d\n", old), growth, signed))
	record, err := tlog.ProveRecord(size, 5, reader)
	must(err)
	put("go.tlog-proof", body("c2sp.org/tlog-proof@v1\nindex 5\n", record, signed))
}

func main() {
	if os.Args[1] == "read" {
		read(os.Args[2], os.Args[3], os.Args[4:])
		return
	}
	size, err := strconv.ParseInt(os.Args[6], 10, 64)
	must(err)
	old, err := strconv.ParseInt(os.Args[7], 10, 64)
	must(err)
	write(os.Args[2], os.Args[3], os.Args[4], os.Args[5], size, old)
}
"""


class Failed(Exception):
    """What went wrong, in words."""


def run(work, *words, want=0, **kwargs):
    done = subprocess.run(words, cwd=work, capture_output=True, timeout=240, check=False, **kwargs)
    if done.returncode != want:
        raise Failed(f"{words[0]} {words[1:4]}: want exit {want}, got {done.returncode}: {done.stdout[-300:]!r} {done.stderr[-600:]!r}")
    return done.stdout


def make_log(work):
    """Our log, its vkey, and two proofs of leaves and one of growth."""
    (work / "words").write_text("words\n")
    run(work, PROGRAM, "agree", "key", "new", "us.example", "log", "us.key", "--low-cost-for-tests", *PASSPHRASE)
    run(work, PROGRAM, "agree", "log", "init", "--dir", "us", "--key", "us.key", *PASSPHRASE)
    for number in range(LEAVES):
        text = f"accord/test/v1\nnumber {number}\n".encode()
        (work / f"{number}.note").write_bytes(run(work, WRITE_NOTE, "us.example/sign", "1", SEED, input=text))
    names = [f"{number}.note" for number in range(LEAVES)]
    for part in (names[:OLD], names[OLD:]):
        run(work, PROGRAM, "agree", "log", "append", "--dir", "us", "--key", "us.key", *PASSPHRASE, *part)
    for name, words in (("0.tlog-proof", ("prove", "0")), ("269.tlog-proof", ("prove", "269")), ("us.growth", ("growth", str(OLD)))):
        (work / name).write_bytes(run(work, PROGRAM, "agree", "log", *words, "--dir", "us"))
    return (work / "us" / "log.vkey").read_text().strip()


def go_reads(work, vkey, _go_vkey, _skey):
    run(work, "./peer", "read", "us/log", vkey, "0.tlog-proof", "269.tlog-proof", "us.growth")
    # And it would notice.
    tile = work / "us" / "log" / "tile" / "0" / "000"
    right = tile.read_bytes()
    tile.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    run(work, "./peer", "read", "us/log", vkey, want=1)
    tile.write_bytes(right)


def go_writes(work, vkey, go_vkey, skey):
    run(work, "./peer", "write", "us/log", "go/log", skey, NAME, str(LEAVES), str(OLD))
    run(work, PROGRAM, "agree", "audit", "go/log", "--trust", go_vkey)
    run(work, PROGRAM, "agree", "pull", "go", "--dir", "us", "--trust", go_vkey)
    run(work, PROGRAM, "agree", "audit", "us", "--trust", go_vkey)
    for files in (("go.tlog-proof", "5.note"), ("go.growth", "old.checkpoint")):
        sign_vkey = subprocess.run((WRITE_NOTE, "us.example/sign", "1", SEED), input=b"accord/x/v1\n", capture_output=True, check=True).stderr.decode().strip()
        run(work, PROGRAM, "verify", "--trust", go_vkey, "--trust", sign_vkey, *files)
    # Go's tiles are ours, byte for byte, where both have them.
    same = 0
    for path in (work / "go" / "log" / "tile").rglob("*"):
        ours = work / "us" / "log" / path.relative_to(work / "go" / "log")
        if path.is_file() and ours.exists():
            same += 1
            if path.read_bytes() != ours.read_bytes():
                raise Failed(f"{path}: not the bytes of our tile")
    if same < 5:
        raise Failed(f"want the five tiles of {LEAVES} leaves to be in both, got {same}")
    tile = work / "go" / "log" / "tile" / "entries" / "000"
    tile.write_bytes(tile.read_bytes().replace(b"number 7\n", b"number 8\n"))
    run(work, PROGRAM, "agree", "audit", "go/log", "--trust", go_vkey, want=1)


def keys():
    """Go's key as it wants it, and its vkey."""
    vkey = subprocess.run((WRITE_NOTE, NAME, "1", SEED), input=f"{NAME}\n0\n{base64.b64encode(hashlib.sha256(b'').digest()).decode()}\n".encode(),
                          capture_output=True, check=True).stderr.decode().strip()
    material = base64.b64encode(b"\1" + bytes.fromhex(SEED)).decode()
    return vkey, f"PRIVATE+KEY+{NAME}+{vkey.split('+')[1]}+{material}"


def main():
    tests = ((go_reads, "Go reads our log, its leaves and proofs"), (go_writes, "a log, tiles and proofs of Go's are read"))
    print(f"1..{len(tests)}")
    if not shutil.which("go") or not pathlib.Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").is_dir():
        for number, (_test, what) in enumerate(tests, 1):
            print(f"ok {number} - {what} # SKIP not installed")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        source = work / "src" / "peer"
        source.mkdir(parents=True)
        (source / "main.go").write_text(GO)
        env = dict(os.environ, GO111MODULE="off", GOPATH=f"{work}:/usr/share/gocode", GOCACHE=str(work / "cache"), GOFLAGS="", GOPROXY="off")
        try:
            run(work, "go", "build", "-o", "peer", "src/peer/main.go", env=env)
            vkey, (go_vkey, skey) = make_log(work), keys()
        except Failed as problem:
            print(f"Bail out! {problem}")
            return 1
        for number, (test, what) in enumerate(tests, 1):
            try:
                test(work, vkey, go_vkey, skey)
                print(f"ok {number} - {what}")
            except Failed as problem:
                failed += 1
                print(f"not ok {number} - {what}\n# {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
