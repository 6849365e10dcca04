# The front door. `make demo` sets up and runs the main job; `make test` sets up and passes the tests.
.PHONY: build demo test bench lint format fuzz install packages clean
BENCH ?=
SECONDS ?= 60
DESTDIR ?=
PREFIX ?= /usr/local

build: packages
	@test -f build/build.ninja || CC=gcc meson setup build >/dev/null
	@ninja -C build hinomi

demo: build
	@build/hinomi demo $(ARGS)

test: packages
	@tools/run-tests $(TESTS)

bench: build
	@tools/run-bench $(BENCH)

lint: packages
	@tools/lint

format:
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

fuzz: packages
	@tools/run-fuzz $(SECONDS) $(FUZZ)

install: build
	install -D -m 755 build/hinomi $(DESTDIR)$(PREFIX)/bin/hinomi
	@ninja -C build hinomi-verify
	install -D -m 755 build/hinomi-verify $(DESTDIR)$(PREFIX)/bin/hinomi-verify
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	build/hinomi --man > $(DESTDIR)$(PREFIX)/share/man/man1/hinomi.1
	build/hinomi-verify --man > $(DESTDIR)$(PREFIX)/share/man/man1/hinomi-verify.1

packages:
	@tools/install-packages
	@tools/install-geo >/dev/null || echo "country tables: not here; what needs them is skipped" >&2

clean:
	rm -rf build build-asan build-fuzz build-lint
