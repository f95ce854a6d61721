# Two commands: `make audit` and `make test`. Both make .venv first, from the pinned and hashed requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
FETCHED := build/outside
# Settings that a package brings for JupyterLab; an editable installation leaves such files out.
LAB_SETTINGS := .venv/share/jupyter/lab/settings/overrides.d
QUARTER ?=
PYTEST := $(BIN)/python -m pytest
SIDE_BY_SIDE := -p no:nbval -n auto --dist loadgroup
LINTS := types floors layout rules
PIP_INSTALL := -m pip install --quiet --no-input --disable-pip-version-check --root-user-action=ignore

.PHONY: audit test check $(LINTS) same frozen outside-checks prove coverage scan setup docs notebooks explore example lock clean

audit: setup  ## audit a quarter: make audit QUARTER=2026-Q3; with none, the example
	@$(BIN)/privacy-audit run $(if $(QUARTER),--quarter $(QUARTER))

# The tests come last, so that what could not be run is named in the very last lines.
test: setup  ## everything that must hold before a change lands
	@$(MAKE) --no-print-directory -j2 $(LINTS)
	@$(BIN)/python .ci/browser.py
	$(PYTEST) -q -n auto --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout 120 notebooks
	$(PYTEST) -q $(SIDE_BY_SIDE) -m "not proof and not outside and not same"

check: setup  ## the quick part, for every few minutes
	@$(MAKE) --no-print-directory -j2 $(LINTS)
	$(PYTEST) -q $(SIDE_BY_SIDE) -m "not slow and not proof and not outside and not same"

types:
	$(BIN)/mypy

floors:
	$(BIN)/lint-imports

layout:
	$(BIN)/ruff format --check lib tests data docs .ci

rules:
	$(BIN)/ruff check lib tests data docs .ci

same: setup  ## what the audits find and say is what it was: findings byte for byte, every output's text
	$(PYTEST) -q $(SIDE_BY_SIDE) -p no:hypothesispytest -m same tests/same

frozen: setup  ## write anew what make same compares with, after a change that is meant
	cd tests && PYTHONPATH=.:hostile ../$(BIN)/python -m same.freeze

outside-checks: setup $(FETCHED)/ready  ## what others' tools say of the outputs (needs npm, Java, Chromium and poppler)
	$(PYTEST) -q -m outside tests/outside

$(FETCHED)/ready: Makefile .ci/outside.lock
	@for each in npm java chromium pdftotext; do command -v $$each >/dev/null || { echo "make outside-checks needs $$each."; exit 1; }; done
	npm install --silent --no-save --no-package-lock --prefix $(FETCHED) axe-core@4.14.1 vnu-jar@26.9.27
	$(PYTHON) -m venv $(FETCHED)/trestle
	$(FETCHED)/trestle/bin/python $(PIP_INSTALL) --require-hashes -r .ci/outside.lock
	touch $@

prove: setup  ## the heavy proofs: damage, kills, full disks, tampering, every clock; say -k faults for some of them
	$(PYTEST) -q -s -m proof --durations=0
	$(MAKE) coverage
	$(MAKE) scan

coverage: setup  ## which branches the tests reach: 98 % of the package, all of the controls and registers
	rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest -q -m "not proof and not outside and not same"
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report --skip-covered --fail-under=98
	$(BIN)/python -m coverage report --include="lib/privacy_audit/controls/*,lib/privacy_audit/registers/*,lib/privacy_audit/files/*" --fail-under=100

scan: .venv-scan/ready  ## known vulnerabilities in what is pinned; fails where not everything could be looked at
	.venv-scan/bin/python .ci/scan.py

.venv-scan/ready: .ci/scan.lock
	test -x .venv-scan/bin/python || $(PYTHON) -m venv .venv-scan
	.venv-scan/bin/python $(PIP_INSTALL) --require-hashes -r .ci/scan.lock
	touch .venv-scan/ready

docs: setup  ## write the tables in docs/ that come from the code and the data
	$(BIN)/python docs/make_tables.py

notebooks: setup  ## execute the committed notebooks on the example and keep their outputs
	$(BIN)/python -c "from privacy_audit.runs.execute import refresh; refresh()"

explore: setup  ## the adviser's desk, in JupyterLab
	$(BIN)/jupyter lab notebooks/explore.ipynb

example: setup  ## make the example registers anew from their seed
	$(BIN)/python data/example/make_example.py

lock:  ## pin and hash what pyproject.toml asks for (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --group dev \
		pyproject.toml -o requirements.lock
	echo pip-audit | uv pip compile -q --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 \
		- -o .ci/scan.lock
	echo compliance-trestle==5.2.0 | uv pip compile -q --generate-hashes --no-emit-index-url --no-header --universal \
		--python-version 3.11 - -o .ci/outside.lock

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed.')"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the pinned packages (about 2 minutes) …"; start=$$(date +%s); \
		$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements.lock && \
		$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation -e . && \
		echo "done in $$(($$(date +%s) - start)) s"
	@mkdir -p $(LAB_SETTINGS)
	@cp lib/privacy_audit/reports/desk/privacy-audit.json $(LAB_SETTINGS)
	@touch $(READY)

clean:
	rm -rf .venv .venv-scan reports build lib/*.egg-info
