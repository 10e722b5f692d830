# Two commands: `make book` builds the book, `make test` passes the tests. Each does its own set-up.
# A third, `make pvar`, installs and tests the panel VAR by itself.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
PIP := $(RUN) pip install --quiet --disable-pip-version-check --no-compile
# What pip would do on one processor, and also for what is imported from here; some packages hold
# files of other Pythons, which do not matter.
COMPILE_ALL := $(RUN) compileall -q -q -j 0 $(VENV)/lib lib || true

.PHONY: book site test test-press test-browser test-types test-pvar test-rest pvar lock clean

book: $(VENV)/.book
	$(VENV)/bin/press build

# What the workflows publish, in _build/site; nothing is uploaded.
ADDRESS ?= https://example.org/

site: book
	$(VENV)/bin/press publish --address "$(ADDRESS)"

test: $(VENV)/.dev
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(VENV)/bin/press build
	$(MAKE) --jobs=3 --no-print-directory test-press test-browser test-types test-pvar test-rest

# Beside each other, three at a time on two processors, for browsers wait: tests that build books,
# those that open them, types, the panel VAR, all others. The book that they look at stands before.
test-press:
	$(RUN) pytest -m "not long and not browser" tests/press

test-browser:
	$(RUN) pytest -m "not long and browser" tests/press

test-types:
	$(RUN) mypy

test-pvar:
	$(RUN) pytest lib/pvar/tests

test-rest:
	$(RUN) pytest --ignore=tests/press tests

$(VENV)/.book: requirements.lock pyproject.toml lib/pvar/pyproject.toml
	@$(PYTHON) -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新的版本（含 venv）；可用 make PYTHON=python3.11 指定。"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e lib/pvar -e .
	@$(COMPILE_ALL)
	@touch $@

$(VENV)/.dev: $(VENV)/.book requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	@$(COMPILE_ALL)
	@touch $@

# The panel VAR in a fresh environment with nothing of the book: its tests, then its example. Other
# versions: make pvar PYTHON=python3.13, make pvar PVAR_PINS="numpy==1.23.2 pandas==2.2.0 scipy==1.9.3".
PVAR := _build/pvar

pvar:
	rm -rf $(PVAR)
	$(PYTHON) -m venv $(PVAR)
	$(PVAR)/bin/pip install --quiet --disable-pip-version-check "lib/pvar[plot,word,test]" $(PVAR_PINS)
	cd lib/pvar && MPLBACKEND=Agg $(CURDIR)/$(PVAR)/bin/pytest -p no:cacheprovider
	cp -R lib/pvar/examples lib/pvar/tests $(PVAR)
	cd $(PVAR)/examples && MPLBACKEND=Agg ../bin/python responses.py

# For maintainers: pin the dependencies of pyproject.toml for every platform, with hashes. The
# repository's own `pvar-gmm` is resolved, so that what it needs is pinned, and left out.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-emit-package pvar-gmm --custom-compile-command "make lock"

lock:
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf _build
