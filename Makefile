# `make run` and `make test` are all that a newcomer needs; both install what is missing by themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
# The newest Python that is there, 3.11 at least. PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
TESTS ?=

.PHONY: help run assets assets-dev pictures test services services-down check format lock clean

help:  ## what there is
	@awk -F ':.*##' '/^[a-z-]+:.*##/ {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run  ## start the site with demo people and pictures on http://HOST:PORT
	@HOST=$(HOST) PORT=$(PORT) BIN=$(BIN) deploy/run-local.sh

assets: $(VENV)/bin/python  ## fetch what the pages take from npm, and join the stylesheet (make run does)
	@BIN=$(BIN) deploy/assets.sh

assets-dev: $(VENV)/bin/python  ## the same, and what the browser tests need
	@BIN=$(BIN) deploy/assets.sh --dev

pictures: $(VENV)/.dev  ## take the pictures of the README anew, from the demo, in Chromium
	@BIN=$(BIN) deploy/assets.sh --dev
	@$(BIN)/python docs/images/take.py

test: $(VENV)/.dev  ## run the test suite; TESTS=path narrows it
	@$(BIN)/python -m pytest -n auto $(TESTS)

services: $(VENV)/.dev  ## start a private PostgreSQL, Redis and S3, and say how to reach them
	@BIN=$(BIN) deploy/services.sh up

services-down:  ## stop them; their data stay (deploy/services.sh down wipe takes them too)
	@BIN=$(BIN) deploy/services.sh down

check: $(VENV)/.dev  ## format, lint, types, import rules, migrations in step, deployment settings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run -v 0 --settings config.settings.test
	BIN=$(BIN) deploy/check-production.sh

format: $(VENV)/.dev  ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev  ## pin the dependencies of pyproject.toml anew, with hashes
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -U -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -c requirements.txt -o requirements-dev.txt
	echo "Django>=6,<7" | $(BIN)/uv pip compile - --no-deps --python-version 3.12 --generate-hashes --no-header --no-annotate -q -U -o requirements-next.txt
	$(BIN)/uv pip compile --group services --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -U -o requirements-services.txt
	$(BIN)/uv pip compile --group node --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -U -o requirements-node.txt

clean:  ## remove what the commands above made, the database and pictures of `make run` included
	rm -rf $(VENV) .venv-next node_modules db.sqlite3* media/uploads media/spool var .mypy_cache .ruff_cache .pytest_cache .hypothesis staticfiles

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed (on Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "installing what the site needs"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

# requirements-dev.txt holds all of requirements.txt too, at the same versions.
$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "installing what tests and checks need"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run
