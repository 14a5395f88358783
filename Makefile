# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow coverage test-synth test-board lint docs notebooks wheel install environment prerequisites clean

# The first interpreter that is new enough; `make PYTHON=... demo` chooses another.
PYTHON ?= $(firstword $(foreach name,python3.11 python3 python3.12 python3.13,$(shell \
	$(name) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" 2>/dev/null && echo $(name))))
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

help: ## Show this help
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1: \2/p' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## Install, build the shipped tiny network, simulate a photograph, write build/demo/report.html
	$(BIN)/bbcu-fpga demo

test: lint ## Install, then lint, type-check and run every test that is not slow
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow"

test-slow: $(INSTALLED) ## Run the tests that take minutes each
	$(BIN)/pytest -n 2 --dist loadfile -m "slow and not open_tools and not board"

coverage: $(INSTALLED) ## Run the tests that are not slow, and show which lines and branches of the tool they miss
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow" --cov --cov-report term-missing:skip-covered

test-synth: $(INSTALLED) ## Install the open FPGA tools, then run the tests that synthesize, place and route
	$(BIN)/bbcu-fpga tools install
	$(BIN)/pytest -m open_tools

test-board: $(INSTALLED) ## Run the driver on a simulated PYNQ-Z2, with the real pynq, installed from PyPI
	$(BIN)/pytest -m board

lint: $(INSTALLED) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(INSTALLED) ## Write the documentation to build/site/index.html; a warning is an error
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/site

# the board's needs a build: python -m benchmarks.board_notebook BUILD PICTURE
notebooks: $(INSTALLED) ## Execute the notebooks, less the board's, and keep what they show
	$(BIN)/jupyter-execute --inplace --timeout 1200 $(filter-out notebooks/4_%,$(wildcard notebooks/*.ipynb))

wheel: $(INSTALLED) ## Write the wheel and the source distribution to dist/
	$(BIN)/hatchling build

install: $(INSTALLED) ## Make the virtual environment and install the project into it

# Two sub-makes: what `prerequisites` installs, the interpreter perhaps, is looked for again.
$(INSTALLED): pyproject.toml
	@$(MAKE) --no-print-directory prerequisites
	@$(MAKE) --no-print-directory environment

environment:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check --editable ".[all]"
	@touch $(INSTALLED)

prerequisites: ## Install the Debian packages that are missing (as root), or name them
	@missing=""; need() { echo "missing: $$1 (Debian: apt install $$2)" >&2; missing="$$missing $$2"; }; \
	for tool in g++ make perl git; do command -v $$tool >/dev/null || need $$tool $$tool; done; \
	command -v tclsh >/dev/null || need tclsh tcl; \
	if [ -z "$(PYTHON)" ]; then need "Python 3.11, 3.12 or 3.13" "python3.11 python3.11-venv libpython3.11"; else \
		$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || need "the venv module of $(PYTHON)" python3-venv; \
		$(PYTHON) -c "import ctypes, sysconfig; ctypes.CDLL(sysconfig.get_config_var('INSTSONAME'))" 2>/dev/null \
			|| need "the shared library of $(PYTHON), which the simulator loads" \
				libpython$$($(PYTHON) -c "import sys; print('%d.%d' % sys.version_info[:2])"); \
	fi; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update && apt-get install --yes --no-install-recommends $$missing; \
	else exit 1; fi

clean: ## Remove builds and caches (not the virtual environment)
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path "./$(VENV)/*" -prune -exec rm -rf {} +
