# plotwise: `make demo` and `make test` do all their set-up on a machine with Python 3.11+.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
WORKSPACE ?= plotwise-workspace

.PHONY: demo serve test lint types contracts bench fuzz clean

$(VENV)/.run: setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) -e ".[dev]"
	touch $@

demo: $(VENV)/.run
	$(BIN)/plotwise --workspace $(WORKSPACE) demo

serve: $(VENV)/.run
	$(BIN)/plotwise --workspace $(WORKSPACE) serve

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

# seconds for each part; what it finds lies in .fuzz/ afterwards
FUZZ_SECONDS ?= 300

fuzz: $(VENV)/.dev
	$(PIP) -e ".[dev,fuzz]"
	$(BIN)/python -m fuzz.run --seconds $(FUZZ_SECONDS)
	$(BIN)/python -m fuzz.text --all --seconds $(FUZZ_SECONDS)

clean:
	rm -rf $(VENV) build dist *.egg-info
