# The one door: people, hooks and CI call the same targets.

BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)

.PHONY: setup demo test lint serve bench chaos docs clean

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

test: setup
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

serve: setup
	$(BIN)/briefs serve

# The whole campaign; `make test` runs a short slice of it.
chaos: setup
	BRIEFS_CHAOS=full $(BIN)/pytest tests/chaos -v -s

bench: setup
	$(BIN)/python docs/bench.py

docs: setup
	$(BIN)/python -m tests.docs --write

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
