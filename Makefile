# Two commands matter: `make report` and `make test`. Each sets up what it needs, once.
# Needs Python 3.11 or newer, git and make (docs/install.md; 中文见 docs/install.zh.md).
#
#   make report PLAN=jiaxing-14fyp YEAR=2024    another plan, another year
#   make report PYTHON=/path/to/python3.11      a Python of your choice
#   make test VENV=/tmp/elsewhere               an environment in another place
#   make test TESTS="tests/analysis/data -x"   only some tests
#   make test-slow                              the tests that take minutes, too
#   make lock UPGRADE=1                         the newest releases the bounds admit
#   make golden                                 is every word still what it was? (tests/golden)

SHELL = /bin/sh
VENV ?= .venv
PYTHON ?=
PLAN = jiaxing-14fyp
YEAR = 2024
TESTS =
# Files of tests are shared out among the processors, four at most; `make test SPREAD=` runs
# them one after another.
SPREAD = --numprocesses auto --maxprocesses 4 --dist loadfile
UPGRADE =
# Words of the reports, held against their records: `make golden CASES="site screens"` some of
# them, `make golden RECORD=1` recorded anew.
CASES =
RECORD =

# A user's own settings must not mix other packages into this environment.
unexport PYTHONHOME PYTHONPATH
export PYTHONNOUSERSITE = 1
export PIP_USER = 0
export PIP_DISABLE_PIP_VERSION_CHECK = 1

# A stamp is written after a set-up that went through, and names the project's place:
# a project that was moved or copied must not go on running the code in its old place.
RUN = $(VENV)/.ready-to-run
DEV = $(VENV)/.ready-to-test
MOVED := $(shell for stamp in '$(RUN)' '$(DEV)'; do \
	if [ -f "$$stamp" ] && [ "$$(cat "$$stamp")" != "$$(pwd -P)" ]; then echo moved; fi; done)

.NOTPARALLEL:
.PHONY: help report test test-slow golden lint measure mutants coverage lock clean force

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

report: $(RUN)
	$(VENV)/bin/planeval report $(PLAN) --year $(YEAR)

test: $(DEV)
	$(VENV)/bin/python -m pytest -m "not slow" $(SPREAD) $(TESTS)

# What takes minutes. The laws on many examples: HYPOTHESIS_PROFILE=thorough make test
test-slow: $(DEV)
	$(VENV)/bin/python -m pytest -m slow $(SPREAD) $(TESTS)

golden: $(DEV)
	$(VENV)/bin/python tests/golden/golden.py $(if $(RECORD),--record) $(CASES)

lint: $(DEV)
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m ruff format --check .
	$(VENV)/bin/python -m mypy
	$(VENV)/bin/lint-imports

# The size and order of the house, its languages and its cost, against the commit before it.
measure: $(DEV)
	$(VENV)/bin/python benchmarks/measure.py

# Fifty small faults, one by one: each must make a test fail. Some minutes.
mutants: $(DEV)
	$(VENV)/bin/python benchmarks/mutants.py

# The lines the tests reach, by room of the code, held against tests/coverage_by_room.json.
coverage: $(DEV)
	$(VENV)/bin/python benchmarks/room_coverage.py -- $(SPREAD)

# Drafts and caches only: environments and published reports stay.
clean:
	rm -rf build .pytest_cache .ruff_cache .mypy_cache .hypothesis src/*.egg-info
	find $(wildcard src tests notebooks benchmarks) -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements.lock pyproject.toml
	$(call make-venv,$(VENV),$(MOVED))
	$(call install,requirements.lock)
	@pwd -P > $@

# The test requirements contain the run requirements in the same versions.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml
	$(call make-venv,$(VENV),$(MOVED))
	$(call install,requirements-dev.lock)
	@pwd -P > $(RUN)
	@pwd -P > $@

ifneq ($(MOVED),)
$(RUN) $(DEV): force
endif

# Bounds are in pyproject.toml. uv serves only here: one lock for every system and Python.
COMPILE = build/lock-venv/bin/uv --no-config pip compile pyproject.toml --group build \
	--universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-annotate \
	--no-emit-index-url --no-header --quiet $(if $(UPGRADE),--upgrade)
lock:
	$(call make-venv,build/lock-venv,)
	build/lock-venv/bin/python -m pip install --quiet 'uv>=0.13,<0.14'
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

# $(1) lock file. The build backend is in the lock: nothing else is downloaded.
define install
$(VENV)/bin/python -m pip install --require-hashes --requirement $(1)
	$(VENV)/bin/python -m pip install --no-build-isolation --no-deps --editable .
endef

# $(1) folder, $(2) not empty: make it anew, as when its Python is gone or too old.
# A folder that is no environment is never emptied.
define make-venv
@found=; \
	for name in $(if $(PYTHON),'$(PYTHON)',python3.11 python3 python python3.12 python3.13); do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "找不到 Python 3.11 或更高版本$(if $(PYTHON),：$(PYTHON) 不合要求)。请安装后重试，或指明位置：make PYTHON=/path/to/python3.11 …（见 docs/install.zh.md）" >&2; \
	  echo "No Python 3.11 or newer found$(if $(PYTHON),: $(PYTHON) is not one). Install it and try again, or say where it is: make PYTHON=/path/to/python3.11 … (see docs/install.md)" >&2; \
	  exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$found 缺少 venv 模块。Debian、Ubuntu：apt install python3-venv（见 docs/install.zh.md）" >&2; \
	  echo "$$found has no venv module. Debian, Ubuntu: apt install python3-venv (see docs/install.md)" >&2; \
	  exit 1; \
	fi; \
	check='import pip, sys; sys.exit(sys.version_info < (3, 11))'; \
	if [ -n '$(2)' ] || ! '$(1)/bin/python' -c "$$check" 2>/dev/null; then \
	  clear=; if [ -f '$(1)/pyvenv.cfg' ]; then clear=--clear; fi; \
	  echo "$$found -m venv $$clear $(1)"; \
	  "$$found" -m venv $$clear '$(1)'; \
	fi
endef
