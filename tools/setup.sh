#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what building and testing need, from Debian 12 packages. Does nothing when all of it is there.
# Usage: tools/setup.sh [build|test|dev]   build: to build and run; test: also what the tests use; dev: also lint, fuzzing, benchmarks.
set -eu

build="gcc libc6-dev meson ninja-build pkg-config libsqlite3-dev libssl-dev libsodium-dev libisal-dev libzstd-dev liblzma-dev libseccomp-dev libidn2-dev libpsl-dev publicsuffix libunistring-dev libvectorscan-dev libpcre2-dev librdkafka-dev"
test="$build libcmocka-dev libsimde-dev python3 zstd groff-base signify-openbsd openssl golang-go golang-golang-x-mod-dev strace"
dev="$test g++ clang clang-format libclang-rt-14-dev libsimdjson-dev libjansson-dev valgrind gcovr pmccabe ripgrep jq yara mawk"

case ${1:-build} in
build) wanted=$build ;;
test) wanted=$test ;;
dev) wanted=$dev ;;
*) echo "usage: tools/setup.sh [build|test|dev]" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
	dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
run=
if [ "$(id -u)" -ne 0 ]; then
	run=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -q
# shellcheck disable=SC2086  # a list of words
$run apt-get install -y -q --no-install-recommends $missing
