# `make help` lists what there is to do. Everything runs in .venv, which `make setup` makes.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
TEACHERS ?= 2000

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO_DIR := var/demo
DONE := $(DEMO_DIR)/.done
# The demonstration keeps to its own folder, whatever the caller's settings are.
DEMO := env -u RECOMMENDER_DATABASE_URL -u RECOMMENDER_MLFLOW_TRACKING_URI \
	-u RECOMMENDER_JWKS_FILE RECOMMENDER_DATA_DIR=$(DEMO_DIR) \
	RECOMMENDER_ENVIRONMENT=development $(BIN)/recommender
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip -qq

.PHONY: help setup demo demo-clean pictures test fuzz lint format lock lock-peers clean

help: ## List what there is to do.
	@echo "Usage: make TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PYTHON=$(PYTHON)  the Python 3.11 to 3.13 that .venv is made with"
	@echo "  PORT=$(PORT)       where the demonstration is served"

setup: $(READY) ## Make .venv with every dependency as locked (again when the lock changes).

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Python 3.11, 3.12 or 3.13 is needed; name one: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; \
		exit 1; }
	@echo "Setting up $(VENV) (a few minutes the first time) ..."
	@$(PYTHON) -m venv $(VENV) || { \
		echo "$(PYTHON) cannot make a virtual environment; on Debian install python3-venv." >&2; \
		exit 1; }
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(DONE)/schema $(DONE)/champion ## Make a demonstration district, train on it and serve it on 127.0.0.1:PORT.
	@$(DEMO) serve --port $(PORT) || [ $$? -eq 130 ] # Ctrl+C is how it ends

$(DONE)/schema: $(wildcard recommender/store/migrations/versions/*.py) | $(READY)
	@mkdir -p $(DONE)
	@$(DEMO) db upgrade
	@touch $@

$(DONE)/files: | $(READY)
	@mkdir -p $(DONE)
	@rm -rf $(DEMO_DIR)/files
	@$(DEMO) demo-data $(DEMO_DIR)/files --teachers $(TEACHERS) --seed 7
	@touch $@

$(DONE)/import: $(DONE)/files | $(DONE)/schema
	@$(DEMO) import $(DEMO_DIR)/files
	@touch $@

$(DONE)/snapshot: $(DONE)/import
	@$(DEMO) snapshot
	@touch $@

$(DONE)/model: $(DONE)/snapshot
	@$(DEMO) train
	@touch $@

$(DONE)/champion: $(DONE)/model
	@$(DEMO) models promote
	@touch $@

demo-clean: ## Forget the demonstration.
	rm -rf $(DEMO_DIR)

pictures: $(READY) ## Take the documentation's pictures from the demonstration's pages (needs Chromium).
	@$(BIN)/python docs/pictures/take.py

test: $(READY) ## Run every test (COVERAGE=1: and tell which lines no test runs; takes half as long again).
	@command -v chromium chromium-browser >/dev/null && [ -e tests/browser/node_modules ] || \
		echo "Tests of the pages are skipped without Chromium and axe-core; to run them:" \
			"apt-get install chromium && npm ci --prefix tests/browser"
	@$(BIN)/python -m pytest $(if $(COVERAGE),--cov --cov-report=term)

fuzz: $(READY) ## Try the API with 5,000 cases made up by Schemathesis (CASES=n any number).
	@FUZZ_CASES=$(or $(CASES),5000) $(BIN)/python -m pytest tests/serving/test_schemathesis.py -q

lint: $(READY) ## Check style, types and which room may import which.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY) ## Put the code into our format and mend what can be mended by itself.
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

lock: ## Write requirements.lock anew from pyproject.toml (UPGRADE=--upgrade takes newer releases).
	@scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	$(PYTHON) -m venv "$$scratch"; \
	"$$scratch/bin/python" -m pip --quiet install uv; \
	"$$scratch/bin/uv" pip compile pyproject.toml --quiet --all-extras --universal \
		--python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-annotate --no-header \
		$(UPGRADE) --output-file requirements.lock

lock-peers: ## Write the locks of the peers' environments anew from their requirements.in.
	@scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	$(PYTHON) -m venv "$$scratch"; \
	"$$scratch/bin/python" -m pip --quiet install uv; \
	echo "torch ; sys_platform == 'never'" > "$$scratch/apart"; \
	for folder in training/quality/peers/outside/*/; do \
		[ -e "$$folder/requirements.in" ] || continue; \
		"$$scratch/bin/uv" pip compile "$$folder/requirements.in" --quiet --universal \
			--python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
			--no-annotate --no-header --override "$$scratch/apart" --no-emit-package torch \
			$(UPGRADE) --output-file "$${folder}requirements.lock"; \
	done

clean: ## Remove caches and build leftovers (.venv and var stay).
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
		.hypothesis .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
