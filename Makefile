# `make run` and `make test` need nothing before them. `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: run test lint fmt bench soak shell messages lock help
BIN := .venv/bin
SETUP := @sh ticketing/local/setup.sh
# Hundreds of processes start from here: what is compiled once is kept, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

run: ## start everything on this machine (PORT, DATA_DIR, WEB_CONCURRENCY, RATE_LIMIT_SCALE)
	$(SETUP) run
	@exec $(BIN)/python -m ticketing.local

test: ## run the whole suite against a PostgreSQL and a Valkey of its own (ARGS="-k money")
	$(SETUP) test
	@$(BIN)/pytest -n $${TEST_PROCESSES:-auto} $(ARGS)

lint: ## check style, types, direction of imports, templates, migrations, Dockerfile
	$(SETUP) test
	@sh tests/lint.sh

fmt: ## format code and templates
	$(SETUP) run
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format --quiet .
	@$(BIN)/djangofmt --quiet templates || true

bench: ## measure this product beside the bare limit of this machine
	$(SETUP) bench
	@$(BIN)/python -m tests.load.bench $(ARGS)

soak: ## the long and loaded forms of the fault tests
	$(SETUP) test
	@$(BIN)/pytest -m soak -p no:randomly $(ARGS)

shell: ## a Django shell on the data of `make run`, while it runs
	@test -f "$${DATA_DIR:-.data}/environment" || { echo "Start 'make run' first."; exit 1; }
	@. "$${DATA_DIR:-.data}/environment" && $(BIN)/python manage.py shell

messages: ## gather what is to be translated into locale/
	$(SETUP) test
	@sh tests/messages.sh

lock: ## resolve pyproject.toml into requirements*.txt
	@sh ticketing/local/lock.sh

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile
