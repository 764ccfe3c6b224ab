# Creates a virtual environment and works in it: nothing but Python is needed beforehand.
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The suite loads small models only, and two threads of torch beside pytest's own slow both down.
export OMP_NUM_THREADS ?= 1

.PHONY: help demo test test-clients test-ray test-pythons lint ruff mypy hooks browser bench clean
help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: $(VENV)/installed  ## install into .venv and correct a few sentences
	$(BIN)/python project/scripts/demo.py

test: $(VENV)/installed-dev lint browser  ## ruff, mypy and all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: ruff mypy  ## ruff and mypy

ruff: $(VENV)/installed-dev  ## style and format of the code
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

mypy: $(VENV)/installed-dev  ## types of the package
	$(BIN)/python -m mypy

hooks: $(VENV)/installed-dev  ## lint before each commit, by pre-commit
	$(BIN)/python -m pre_commit install

bench: $(VENV)/installed-dev .bench/peer/installed  ## speed beside pycorrector: two quiet cores, ten minutes
	OMP_NUM_THREADS=2 $(BIN)/python benchmarks/bench.py --peer .bench/peer/$(notdir $(BIN))/python

.bench/peer/installed: benchmarks/peer.txt
	$(PYTHON) -m venv .bench/peer
	.bench/peer/$(notdir $(BIN))/python -m pip --disable-pip-version-check install -q -r benchmarks/peer.txt
	touch $@

# Programs that know LanguageTool's API are tried with a running server. What cannot be installed is
# said, and its tests are skipped. (The plugin of mkdocs does not say that it needs requests.)
CLIENTS := .clients
OFFICE := libreoffice-writer python3-uno xvfb xauth imagemagick fonts-wqy-zenhei
test-clients: $(VENV)/installed-dev  ## the server with LibreOffice and other programs
	@mkdir -p $(CLIENTS)
	@if command -v soffice >/dev/null && command -v xvfb-run >/dev/null && command -v import >/dev/null; then :; \
	elif command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(OFFICE) \
		|| echo "LibreOffice could not be installed: its tests are skipped."; \
	else echo "No LibreOffice: its tests are skipped. Install $(OFFICE) to run them."; fi
	@for package in pyLanguagetool mkdocs-languagetool-plugin; do test -d $(CLIENTS)/$$package || { \
		$(PYTHON) -m venv $(CLIENTS)/$$package \
		&& $(CLIENTS)/$$package/$(notdir $(BIN))/python -m pip -q --disable-pip-version-check install $$package requests; } \
		|| { rm -rf $(CLIENTS)/$$package; echo "$$package could not be installed: its test is skipped."; }; done
	@for package in gramma @microsoft/jest-sarif; do test -d $(CLIENTS)/node_modules/$$package \
		|| { command -v npm >/dev/null \
		&& npm install --prefix $(CLIENTS) --no-audit --no-fund --loglevel error $$package; } \
		|| echo "$$package could not be installed with npm: its test is skipped."; done
	CLIENTS=$(CLIENTS) $(BIN)/python -m pytest tests/clients -rs

# A real Ray of two nodes on this machine, whose workers, nodes and drivers are killed. It takes minutes.
test-ray: $(VENV)/installed-ray  ## corpora on Ray, with what runs them killed
	RAY_TESTS=1 $(BIN)/python -m pytest tests/distributed -rs

# The wheel of the source distribution, in clean environments of all versions of Python that are here.
test-pythons: $(VENV)/installed-dev  ## the wheel in clean environments of each version of Python
	$(BIN)/python tests/packaging/pythons.py $(PYTHONS)

# The page is tested in a real browser. Where it cannot be installed, those tests are skipped.
browser:  ## install a browser for the tests of the page, where that is possible
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; \
	else echo "No chromium: the tests of the page are skipped. Install it to run them."; fi

$(VENV)/installed: setup.cfg constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -q -c constraints.txt torch
	$(PIP) install -q -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) install -q -c constraints.txt -e ".[train,traditional,serve,documents,lsp,dev]"
	touch $@

$(VENV)/installed-ray: $(VENV)/installed-dev
	$(PIP) install -q -c constraints.txt -e ".[ray]"
	touch $@

clean:  ## remove the environment and what was built
	rm -rf $(VENV) .pythons build dist *.egg-info
