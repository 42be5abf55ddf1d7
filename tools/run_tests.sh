#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds everything in a folder and runs every test there; with TEST_SUITE=NAME only the tests of that suite, and what they need.
# Usage: run_tests.sh BUILD_FOLDER [MESON_OPTION...]
set -eu
build=$1
shift
[ -f "$build/build.ninja" ] || meson setup "$build" ${CI:+--werror} "$@" >"$build-setup.log" 2>&1 || { cat "$build-setup.log"; exit 1; }
rm -f "$build-setup.log"
status=0
if [ -n "${TEST_SUITE:-}" ]; then
	meson test -C "$build" --print-errorlogs --quiet --suite "$TEST_SUITE" >"$build/test-output.txt" 2>&1 || status=$?
	[ -f "$build/meson-logs/testlog.json" ] || { tail -40 "$build/test-output.txt"; exit 1; }
else
	ninja -C "$build" --quiet
	meson test -C "$build" --no-rebuild --print-errorlogs --quiet >"$build/test-output.txt" 2>&1 || status=$?
fi
tools/test_summary.py "$build/meson-logs/testlog.json" || status=1
exit "$status"
