# Two commands matter: `make chat` and `make test`. Everything is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: chat test lint bench train clean

chat: $(VENV)/.core
	@$(BIN)/python run_chat.py $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 tests conversations
	$(MAKE) lint

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

train: $(VENV)/.train
	$(BIN)/aisle train intents $(ARGS)

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit('Aisle needs Python 3.11 or later; try make PYTHON=python3.12') if sys.version_info < (3, 11) else None"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Aisle into $(VENV) (once, about a minute) ..."
	@$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@

$(VENV)/.train: $(VENV)/.dev
	@$(PIP) install -q torch==2.13.0
	@$(PIP) install -q -c constraints.txt -e '.[train,dev]'
	@touch $@

clean:
	rm -rf $(VENV) .bench .mypy_cache .ruff_cache .pytest_cache
