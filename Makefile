# One virtual environment in .venv, made from the lock file by the first target that needs it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.locked
# One process more than there are processors, as many tests wait for others; the tests of one file stay together.
PARALLEL := -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --maxprocesses 5 --dist loadfile

.PHONY: demo test test-fast check fuzz torture bench quality search-quality search-facts lock clean

demo: $(STAMP)
	$(BIN)/morgue demo

test: $(STAMP)
	$(BIN)/pytest $(PARALLEL)

test-fast: $(STAMP)
	$(BIN)/pytest $(PARALLEL) -m "not slow"

# All that CI runs, but for the built wheel in a clean environment: see .ci/run.
check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/lint-imports
	$(BIN)/pytest $(PARALLEL)

# Damaged files of every format for about ten minutes, then the hostile ones. `make test` tries some of each.
fuzz: $(STAMP)
	MORGUE_FUZZ_EXAMPLES=600 $(BIN)/pytest tests/fuzzing

# Kills, power cuts, failing disks, flipped bits, forgers and crowds; some hours. `make test` has a short run of each.
torture: $(STAMP)
	$(BIN)/python -m tests.torture $(TORTURE)

# All parts take some two hours; BENCH="--help" tells how to measure one, or at other sizes.
bench: $(STAMP)
	$(BIN)/pip install --quiet "tantivy>=0.22"
	$(BIN)/python -m tests.benchmarks $(BENCH)

# Needs the pages beside the checkout (tests/quality/corpora.py); a few minutes.
quality: $(STAMP)
	$(BIN)/pip install --quiet uv
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --group quality
	$(BIN)/python -m tests.quality $(QUALITY)

# Needs the collections beside the checkout (tests/search_quality/collections.py); a few minutes.
search-quality: $(STAMP)
	$(BIN)/pip install --quiet "tantivy>=0.22"
	$(BIN)/python -m tests.search_quality

# What a search is relied on for, at full size: queries by brute force, counts by SQL, receipts after thousands of events,
# and no query that crashes or hangs. All of it is among the tests, too; some minutes.
search-facts: $(STAMP)
	$(BIN)/pytest -v tests/index/test_language.py tests/index/test_counts_by_sql.py tests/index/test_facets.py \
		tests/index/test_time_travel.py tests/index/query/test_hostile.py tests/index/query/test_ast.py $(FACTS)

# The lock file holds the exact version and the hashes of everything, for all platforms.
lock: $(STAMP)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate \
		--no-header --upgrade --group dev pyproject.toml --output-file requirements-dev.lock

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "morgue needs Python 3.11 or newer: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	# Where Python may not write byte code, every start would compile the sources anew; an installed wheel has it too.
	$(BIN)/python -m compileall -q archive index cli
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
