# `make run` and `make test` do everything from a fresh clone; `make help` tells the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
# Of `make bench`: passages, and where what was made and measured is kept.
SIZES ?= 50000,250000,1000000
CACHE ?= bench-cache
BIN := $(VENV)/bin
# torch is named in the same call, so that pip never looks at another of its releases.
INSTALL := $(BIN)/python -m pip install --no-build-isolation --constraint constraints.txt \
	torch==2.13.0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run install test lint format docs examples quality fuzz agree contract torture bench clean

help: ## Say what each target does.
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.installed ## Install, fill a new archive with the samples, serve it at port 8000.
	@$(BIN)/archive ingest --if-empty archive/samples
	exec $(BIN)/archive serve

install: $(VENV)/.installed ## Make .venv with the archive in it.

test: $(VENV)/.installed-tests ## Install what tests need; run linters, type checks and all tests.
	@.ci/system-packages
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest --numprocesses auto --dist loadscope --no-loadscope-reorder

lint: $(VENV)/.installed-tests ## Style, types, and which layer may import which.
	@$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

format: $(VENV)/.installed-tests ## Lay out the code.
	@$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/.installed ## Write docs/cli.md and docs/api.md anew from what the code says.
	@$(BIN)/python docs/write_cli.py
	$(BIN)/python docs/write_api.py

examples: $(VENV)/.installed ## Ask an archive of the samples for the examples of the API anew.
	@$(BIN)/python docs/write_examples.py

quality: $(VENV)/.installed ## Measure on judged data: make quality DATA=folder
	@test -n "$(DATA)" || { echo "Say where the data is: make quality DATA=folder" >&2; exit 2; }
	$(BIN)/archive evaluate all "$(DATA)"

fuzz: $(VENV)/.installed-tests ## Try every format with 20,000 broken inputs.
	@$(BIN)/python -m tests.fuzz --inputs 20000

agree: $(VENV)/.installed-tests ## Ask search page and API 1,000 random searches, and compare.
	@$(BIN)/python -m tests.agreement --examples 1000

contract: $(VENV)/.installed-tests ## Ask every operation of the API 300 random things.
	@$(BIN)/python -m tests.contract --examples 300

torture: $(VENV)/.installed-tests ## Kill the archive at 200 random moments, and look for losses.
	@$(BIN)/python -m tests.torture --moments 200

bench: $(VENV)/.installed-tests ## Measure speed and memory: make bench DATA=folder [SIZES=50000]
	@test -n "$(DATA)" || { echo "Say where the data is: make bench DATA=folder" >&2; exit 2; }
	$(BIN)/python -m tests.bench.embed "$(DATA)"/scale/*.jsonl.gz 300
	BENCH_CACHE="$(CACHE)" $(BIN)/python -m tests.bench.ingest "$(DATA)"/scale/*.jsonl.gz 800
	$(BIN)/python -m tests.bench.run --data "$(DATA)/scale" --sizes "$(SIZES)" --cache "$(CACHE)"

clean: ## Remove .venv and caches. The archive's home is kept.
	@rm -rf $(VENV) build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find archive indexes web tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
		echo "Python 3.11 or newer is needed; $(PYTHON) is:" \
			"$$($(PYTHON) --version 2>&1 || true)" >&2
		echo "Name another one with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2
		exit 1
	}
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || {
		echo "On Debian or Ubuntu, install what makes environments:" \
			"sudo apt-get install python3-venv" >&2
		exit 1
	}
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pip setuptools
	echo "Installing into $(VENV); the first time this takes some minutes."
	$(INSTALL) --editable .
	touch $@

$(VENV)/.installed-tests: $(VENV)/.installed
	@$(INSTALL) --quiet --editable '.[mcp,postgres]' --group test
	touch $@
