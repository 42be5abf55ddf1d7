#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds everything in a folder and runs every test there. Usage: run_tests.sh BUILD_FOLDER [MESON_OPTION...]
set -eu
build=$1
shift
[ -f "$build/build.ninja" ] || meson setup "$build" ${CI:+--werror} "$@" >"$build-setup.log" 2>&1 || { cat "$build-setup.log"; exit 1; }
rm -f "$build-setup.log"
ninja -C "$build" --quiet
status=0
meson test -C "$build" --no-rebuild --print-errorlogs --quiet >"$build/test-output.txt" 2>&1 || status=$?
tools/test_summary.py "$build/meson-logs/testlog.json" || status=1
exit "$status"
