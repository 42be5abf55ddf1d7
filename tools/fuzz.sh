#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target with libFuzzer under ASan and UBSan. Usage: fuzz.sh BUILD_FOLDER SECONDS_PER_TARGET
# New inputs that reach new code stay in BUILD_FOLDER/corpus/NAME; a crash stops the run and names its input.
set -eu
build=$1
seconds=$2
[ -f "$build/build.ninja" ] || CC=clang CXX=clang++ meson setup "$build" -Dfuzzer=true -Db_sanitize=address,undefined -Db_lundef=false \
	--buildtype=debugoptimized >/dev/null
ninja -C "$build" --quiet
for target in "$build"/fuzz/fuzz_*; do
	[ -f "$target" ] && [ -x "$target" ] || continue
	name=${target##*/fuzz_}
	mkdir -p "$build/corpus/$name"
	echo "== $name, $seconds s"
	"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
		-artifact_prefix="$build/" "$build/corpus/$name" "fuzz/corpus/$name"
done
