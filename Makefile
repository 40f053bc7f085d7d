# make run          install what is needed, make an instance with the sample if there is none, serve it
# make test         every test, the browser's included
# make bench        what things cost, as a table
# make screenshots  the pictures of the README
# make lint, make clean
#
# PYTHON=python3.12 make run    to choose the Python; CHROMIUM=/path/to/chromium make test    the browser

VENV := .venv
BIN := $(VENV)/bin
TESTERS ?= 2

.PHONY: run test bench screenshots lint clean

run: $(VENV)/.installed
	@$(BIN)/assetmap run

test: $(VENV)/.installed-for-tests
	$(BIN)/ruff check .
	@CHROMIUM="$$($(BIN)/python tests/find_chromium.py)" && export CHROMIUM \
	  && echo "Browser: $$CHROMIUM" && $(BIN)/python -m pytest -n $(TESTERS) --dist worksteal

bench: $(VENV)/.installed-for-tests
	@$(BIN)/python -m benchmarks

screenshots: $(VENV)/.installed-for-tests
	@CHROMIUM="$$($(BIN)/python tests/find_chromium.py)" && export CHROMIUM \
	  && $(BIN)/python -m tests.screenshots

lint: $(VENV)/.installed-for-tests
	$(BIN)/ruff check .

clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .hypothesis $(VENV)/.installed $(VENV)/.installed-for-tests
	find assetmap benchmarks geodata static tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: installing again is only needed when what is to be installed has changed.
$(VENV)/.installed: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing assetmap and what it needs into $(VENV) (the first time takes a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-for-tests: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing assetmap and its tests' tools into $(VENV) (the first time takes a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed

# $PYTHON if it is set, else the first of the usual names that is 3.11 or newer and can make an environment.
$(BIN)/python:
	@for python in $${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do \
	  if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$("$$python" --version)"; \
	    "$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }; \
	    exit 0; \
	  fi; \
	done; \
	echo "assetmap needs Python 3.11 or newer with its venv module, and found none as" \
	  "$${PYTHON:-python3 or python3.11 to python3.14}." >&2; \
	echo "Install it (on Debian or Ubuntu: apt install python3 python3-venv)," \
	  "or say where it is: PYTHON=/path/to/python3 make" >&2; \
	exit 1
