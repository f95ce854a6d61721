# Two commands: `make audit` and `make test`. Both make .venv first, from the pinned and hashed requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
QUARTER ?=
PYTEST := $(BIN)/python -m pytest

.PHONY: audit test check prove setup notebooks explore example lock clean

audit: setup  ## audit a quarter: make audit QUARTER=2026-Q3; with none, the example
	@$(BIN)/privacy-audit run $(if $(QUARTER),--quarter $(QUARTER))

test: setup  ## everything that must hold before a change lands
	$(BIN)/ruff format --check lib tests data
	$(BIN)/ruff check lib tests data
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q -m "not proof"
	$(PYTEST) -q --nbval --nbval-current-env --nbval-cell-timeout 120 notebooks

check: setup  ## the quick part, for every few minutes
	$(BIN)/ruff format --check lib tests data
	$(BIN)/ruff check lib tests data
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q -m "not slow and not proof"

prove: setup  ## the heavy proofs: every column damaged in every way, on both engines
	$(PYTEST) -q -m proof --durations=0

notebooks: setup  ## execute the committed notebooks on the example and keep their outputs
	$(BIN)/python -c "from privacy_audit.run import refresh; refresh()"

explore: setup  ## the adviser's desk, in JupyterLab
	$(BIN)/jupyter lab notebooks/explore.ipynb

example: setup  ## make the example registers anew from their seed
	$(BIN)/python data/example/make_example.py

lock:  ## pin and hash what pyproject.toml asks for (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --group dev \
		pyproject.toml -o requirements.lock

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed.')"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf .venv reports build lib/*.egg-info
