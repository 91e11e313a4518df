# What this repository can do; `make` alone lists it. Set-up needs Python 3.11 or 3.12 with venv.
#
#   make demo PYTHON=python3.12            another Python
#   make env TORCH='torch==2.11.0'         another build of torch, say for CUDA

PYTHON ?= python3
CORES ?= all
VENV ?= .venv
TORCH ?= $(shell grep '^torch==' requirements.lock)
CONFIG ?= config/config.yaml

BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-$(subst =,,$(TORCH))
# Two test processes share two cores: torch is not to start a thread a core in each of them.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist=loadfile
SNAKEMAKE := $(BIN)/snakemake --configfile $(CONFIG)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help env demo test lint unit test-kills test-pages bench results ui config clean

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

env: $(STAMP)  ## make the environment .venv from requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || \
		{ echo "$(PYTHON) is not Python 3.11 or 3.12; name one: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
		{ echo "$(PYTHON) has no venv; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet '$(TORCH)'
	grep -v '^torch==' requirements.lock | $(BIN)/python -m pip install --quiet --no-deps -r /dev/stdin
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

demo: env  ## the whole pipeline on the demo corpus, to results/asterisk/report/index.html
	$(SNAKEMAKE) --cores $(CORES)

test: lint  ## all checks: style, types, unit tests, the workflow from end to end at toy size
	$(PYTEST)

lint: env  ## style, types, and Snakemake's own lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/mypy
	$(BIN)/snakemake --lint

unit: env  ## the tests of the package alone
	$(PYTEST) -m 'not workflow'

test-kills: env  ## kill the toy workflow 50 times; it must end as one left alone (14 minutes on two cores)
	PYTHONPATH=benchmarks $(BIN)/python tests/workflow/kills.py

test-pages: env  ## the listening test in Chromium, answered by keys; needs Node.js and npm
	npm install --no-save --no-package-lock --silent axe-core puppeteer-core
	$(BIN)/python tests/listening_test/pages.py

bench: env  ## speed of features, training step and synthesis, as a table
	$(BIN)/python benchmarks/run.py

RESULTS ?= results/asterisk
results: env  ## write docs/results.md from finished runs: make results RESULTS='results/asterisk ...'
	$(BIN)/python -m fs2.evaluation.results $(RESULTS) --output docs/results.md \
		$(addprefix --benchmarks ,$(wildcard results/benchmarks.md))

ui: env  ## MLflow in the browser: the systems and what was measured of them
	$(BIN)/python -m fs2.tracking.page $(CONFIG)

config: env  ## write config/README.md and config/schema.json from the schema
	$(BIN)/python -m fs2.config_reference

clean:  ## remove results and caches; keep downloads and the environment
	rm -rf results .snakemake build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
