# The commands of this project. `make help` lists them.

PYTHON ?= python3
PORT ?= 5000
PROOF_KILLS ?= 500
PROOF_EXAMPLES ?= 500
ENGLAND ?= 1
UV = 0.13.9
BIN = .venv/bin
READY = .venv/ready

.DEFAULT_GOAL := help
.PHONY: help setup run test prove bench bench-england lock clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name does; do printf '  make %-14s %s\n' "$$name" "$$does"; done

setup: $(READY) ## make the environment in .venv, without starting anything

run: $(READY) ## start the demonstration (PORT=5000)
	@exec $(BIN)/pcnppg demo --port $(PORT)

test: $(READY) ## run every check; the last word says whether all passed
	@$(BIN)/python -m tests

prove: $(READY) ## the long proofs: hundreds of kills and races on both databases
	@PROOF_KILLS=$(PROOF_KILLS) PROOF_EXAMPLES=$(PROOF_EXAMPLES) $(BIN)/python -m tests --proofs

bench: $(READY) ## measure, and print ratios with the figures behind them
	@$(BIN)/python -m bench

bench-england: $(READY) ## measure among all of England's groups: 20 GB, half an hour (ENGLAND=0.1 for a tenth)
	@$(BIN)/python -m bench.england $(ENGLAND)

lock: $(READY) ## write requirements.lock anew from pyproject.toml
	@UV_SYSTEM_CERTS=1 $(BIN)/uv lock --quiet
	@$(BIN)/uv export --quiet --frozen --all-extras --all-groups --no-emit-project --no-header --no-annotate --output-file requirements.lock

clean: ## remove what was made here, except the data in instance/
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* dist build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: exactly what requirements.lock names, each file checked against its hash.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'This needs Python 3.11 or newer as python3. Another one: make PYTHON=/path/to/python3.12 setup' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'This Python cannot make environments: venv or ensurepip is missing.' >&2; \
	  echo 'On Debian and Ubuntu: apt-get install python3-venv. Then try again.' >&2; exit 1; }
	@echo 'Making the environment in .venv (once, about half a minute)…'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV) \
	  && UV_SYSTEM_CERTS=1 $(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
