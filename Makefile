# make crawl            set everything up, crawl the bundled seed site into demo-data, show what was stored
# make crawl URL=…      the same for any news site, into data
# make test             set everything up, run the tests (with CI=true the slow ones too, and branch coverage)
# make check            lint, formatting, types
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
URL ?=
DATA ?= $(if $(URL),data,demo-data)
COVERAGE := --cov --cov-report=term --cov-fail-under=85
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: crawl test check schema clean

crawl: $(VENV)/.ready
ifeq ($(URL),)
	@$(BIN)/python -m seeds.crawl "$(DATA)"
else
	@$(BIN)/scrapy crawl news -a "url=$(URL)" -s "ARCHIVE=$(DATA)" -s STATS_DUMP=0
	@$(BIN)/newsreel articles --archive "$(DATA)" --format table --limit 20
endif

test: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(if $(CI),$(COVERAGE),-m "not slow")

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

schema: $(VENV)/.ready-dev
	$(BIN)/python -m archive.schema

clean:
	rm -rf $(VENV) demo-data build *.egg-info .coverage* .mypy_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newsreel needs Python 3.11 or newer; say which with: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "python3 -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) (once) …"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@echo "Adding what the tests need (once) …"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@
