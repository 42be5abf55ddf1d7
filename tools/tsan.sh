#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests with threads under ThreadSanitizer. A race fails the run wherever it is seen: in a program that a test starts, too. Usage: tsan.sh BUILD_FOLDER
set -eu
build=$1
mkdir -p "$build"
rm -f "$build"/race.*
status=0
TSAN_OPTIONS="log_path=$PWD/$build/race ${TSAN_OPTIONS:-}"
export TSAN_OPTIONS
TEST_SUITE=threads tools/run_tests.sh "$build" --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false || status=$?
for report in "$build"/race.*; do
	[ -s "$report" ] || continue
	cat "$report"
	status=1
done
exit "$status"
