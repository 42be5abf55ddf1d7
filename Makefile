# SPDX-License-Identifier: Apache-2.0
# The front of the build; the build itself is Meson and Ninja.
PREFIX ?= /usr/local
BUILD ?= build
JOBS ?= $(shell nproc)

.PHONY: all demo test check-sanitizers tsan coverage install bench fuzz lint clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) -j $(JOBS) --quiet

$(BUILD)/build.ninja:
	@tools/setup.sh build
	@meson setup $(BUILD) --prefix=$(PREFIX) >$(BUILD)-setup.log 2>&1 || { cat $(BUILD)-setup.log; exit 1; }
	@rm -f $(BUILD)-setup.log

# The main job on the bundled scenario, offline.
demo: all
	@$(BUILD)/src/app/accord demo

# Every test; ends with "N passed, N failed, N skipped".
test:
	@tools/setup.sh test
	@tools/run_tests.sh build-test --buildtype=debugoptimized

# The same under AddressSanitizer and UndefinedBehaviorSanitizer.
check-sanitizers:
	@tools/setup.sh test
	@tools/run_tests.sh build-sanitize --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false

# The tests with threads under ThreadSanitizer.
tsan:
	@tools/setup.sh test
	@tools/tsan.sh build-tsan

# Lines covered by the tests, by room; fails below the floors in tools/coverage.py.
coverage:
	@tools/setup.sh dev
	@tools/coverage.py build-coverage

install: $(BUILD)/build.ninja
	@meson configure $(BUILD) --prefix=$(PREFIX)
	@ninja -C $(BUILD) -j $(JOBS) --quiet
	@meson install -C $(BUILD) --no-rebuild --destdir "$(DESTDIR)"

# Figures of this machine, against peers in the same run; docs/performance.md keeps them.
bench:
	@tools/setup.sh dev
	@tools/bench.py build-bench

# Fuzzing with libFuzzer, SECONDS for each target.
SECONDS ?= 60
fuzz:
	@tools/setup.sh dev
	@tools/fuzz.sh build-fuzz $(SECONDS)

lint:
	@tools/setup.sh dev
	@tools/lint.sh

clean:
	@rm -rf build build-test build-sanitize build-tsan build-coverage build-bench build-fuzz
