# The whole project in a dozen words; `make help` lists them.
# Everything happens in .venv, which is made from the locked, hashed requirements when it is missing or old.

PORT ?= 8000
STOREFRONT_INSTANCE ?= instance
export PORT STOREFRONT_INSTANCE
export FLASK_APP := storefront
export PYTHONPATH := $(CURDIR)

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; exit; }; done)
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r
RUN_STAMP := $(VENV)/locked-$(firstword $(shell cksum < requirements.lock))
DEV_STAMP := $(VENV)/locked-dev-$(firstword $(shell cksum < requirements-dev.lock))

.DEFAULT_GOAL := help
.PHONY: help run test stripecli pagechecks lint format bench lighthouse chaos screenshots reset migration lock editor wheel

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_STAMP)  ## Start the shop with its demo, worker and Stripe stand-in (PORT, STOREFRONT_INSTANCE)
	@exec $(VENV)/bin/flask shop start

test: $(DEV_STAMP)  ## Run every test, on SQLite and, when TEST_DATABASE_URL is set, on PostgreSQL too
	@$(PY) scripts/test.py $(T)

stripecli: $(DEV_STAMP)  ## Install Stripe's command-line tool for the tests that use it (needs npm)
	@mkdir -p $(VENV)/stripe-cli && cp tests/contract/cli/package*.json $(VENV)/stripe-cli/
	@cd $(VENV)/stripe-cli && npm ci --no-audit --no-fund --loglevel=error

pagechecks: $(DEV_STAMP)  ## Install what looks at pages: html-validate for the tests, Lighthouse (needs npm)
	@mkdir -p $(VENV)/page-checks && cp scripts/page_checks/package*.json $(VENV)/page-checks/
	@cd $(VENV)/page-checks && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

lint: $(DEV_STAMP)  ## Check style, types and who imports whom
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check --diff .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo

format: $(DEV_STAMP)  ## Put the code into the house style
	@$(VENV)/bin/ruff check --quiet --fix .
	@$(VENV)/bin/ruff format --quiet .

bench: $(DEV_STAMP)  ## Print requests per second beside a bare Flask view, how the back office and the search bear much, and how well rules and search judge
	@$(PY) scripts/bench.py; shop=$$?; $(PY) scripts/bench_desk.py; desk=$$?; $(PY) scripts/bench_search.py; search=$$?; $(PY) scripts/bench_claims.py && test $$shop$$desk$$search = 000

lighthouse: pagechecks  ## Print what Lighthouse says of the demo shop on a phone, and fail if it is not the best (needs Chromium, npm)
	@$(PY) scripts/lighthouse.py

chaos: $(DEV_STAMP)  ## Let shoppers buy while everything fails, then check the books (CHECKOUTS, SEED)
	@$(PY) -m scripts.chaos --checkouts $(or $(CHECKOUTS),1000) --seed $(or $(SEED),1)

screenshots: $(DEV_STAMP)  ## Make the pictures of README and docs (needs Chromium)
	@$(PY) scripts/screenshots.py
	@$(PY) scripts/staff_screenshots.py
	@$(PY) scripts/day_screenshots.py
	@$(PY) scripts/card_screenshots.py

reset: $(RUN_STAMP)  ## Remove the shop's data, after asking; refused while a server runs on it
	@$(PY) scripts/reset.py

migration: $(DEV_STAMP)  ## Write a migration from the models: make migration m="add gift notes"
	@$(PY) scripts/migration.py "$(m)"

lock: $(DEV_STAMP)  ## Resolve the dependencies of pyproject.toml again, newest first
	@$(PY) scripts/lock.py

editor:  ## Bundle the text editor in static/vendor again, as scripts/editor pins it (needs npm)
	@scripts/editor/bundle

wheel: $(DEV_STAMP)  ## Build the wheel into dist/
	@$(PY) -m build --wheel --no-isolation --outdir dist .

$(RUN_STAMP): requirements.lock | $(VENV)/bin/python
	@echo "Installing what the shop needs into $(VENV) …"
	@$(INSTALL) requirements.lock
	@rm -f $(VENV)/locked-[0-9]* && touch $@

$(DEV_STAMP): requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what the shop and its tests need into $(VENV) …"
	@$(INSTALL) requirements-dev.lock
	@rm -f $(VENV)/locked-dev-[0-9]* && touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "The shop needs Python 3.11 or newer: install it, or run make with PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
