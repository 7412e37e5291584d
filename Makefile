# Two commands: `make review` sets up and makes the review of the demo firm, `make test` sets up and
# runs the tests. Both need python3 (3.11 or newer) and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help review test setup setup-test lint types unit-tests notebooks lab bench clean

help:
	@echo "make review   set up, make the demo firm, run every unit, say where the index is"
	@echo "make test     set up, check style and types, run the tests"
	@echo "make lab      open the notebooks in JupyterLab"
	@echo "make bench    measure a whole run against the plain commands"
	@echo "make clean    remove what runs wrote (reports and demo data); keeps the environment"

review: setup
	$(BIN)/portfolio demo
	$(BIN)/portfolio run

# Types and tests are checked side by side: the first keeps one core busy for minutes.
test: setup-test lint
	@$(MAKE) --no-print-directory -j 2 types unit-tests
	@$(MAKE) --no-print-directory notebooks

setup: $(VENV)/.ready
setup-test: $(VENV)/.ready-test

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This kit needs Python 3.11 or newer; $(PYTHON) is older."; \
		  echo "Name another one, for example: make review PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
		{ echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/.ready

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-test
	$(BIN)/mypy

# Two workers fill two processors; models that share out their work over both only wait for each other.
unit-tests notebooks: export OMP_NUM_THREADS := 1
unit-tests notebooks: export OPENBLAS_NUM_THREADS := 1

unit-tests: setup-test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# Every cell of every notebook runs, alone and with the unit its parameters name.
notebooks: setup-test
	$(BIN)/portfolio demo
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --nbval-lax --nbval-cell-timeout=240 notebooks

lab: setup
	$(BIN)/jupyter lab --notebook-dir=.

bench: setup-test
	$(BIN)/python -m tests.benchmarks.bench_run

clean:
	find reports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	rm -rf data/demo
