# Needs Python 3.11-3.13 and make. `make help` lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
# The first that works and has what a virtual environment needs; PYTHON=… overrides.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	"$$p" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo "$$p" && break; done)
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: help install install-dev run test faults check bench demo

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/\1\t\2/' | while IFS="$$(printf '\t')" read -r name text; do printf 'make %-12s %s\n' "$$name" "$$text"; done

install: $(VENV)/.product ## make .venv with what the portal runs on

install-dev: $(VENV)/.tools

# A venv is made anew where its Python or pip does not work: half made, or the Python is gone.
$(VENV)/.product: requirements.txt
	@if ! $(PY) -m pip --version >/dev/null 2>&1; then \
		test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is needed and was not found; PYTHON=/path/to/python names one." >&2; exit 1; }; \
		echo "Making $(VENV) with $(PYTHON) …"; \
		$(PYTHON) -m venv --clear $(VENV); \
	fi
	@echo "Installing requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.tools: requirements-dev.txt $(VENV)/.product
	@echo "Installing requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

run: install ## start everything on http://127.0.0.1:8000/ (PORT=8001 HOST=0.0.0.0); Ctrl-C stops it
	@exec $(PY) -m ocop_portal.run --tied

# Bytecode is kept whatever the shell says: each server that a test starts would compile the portal anew. Three workers: they wait a lot.
test: install-dev ## the whole suite with coverage; T=tests/places runs a part
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 3 --dist worksteal $(if $(T),$(T),--cov --cov-branch --cov-report=term:skip-covered --cov-fail-under=90)

faults: install-dev ## kill, stop and restart at 200 random moments; FAULT_SEED= has the same again (make test runs ten)
	@seed=$${FAULT_SEED:-$$(date +%s)}; echo "FAULT_SEED=$$seed"; \
	FAULT_SEED=$$seed FAULT_MOMENTS=$${FAULT_MOMENTS:-200} $(PY) -m pytest -m faults

PRODUCTION := OCOP_ENV=production SECRET_KEY=for-the-check-alone-0123456789-abcdefghijklmnopqrstuvwxyz \
	ALLOWED_HOSTS=portal.example.vn DATABASE_URL=postgres://ocop@localhost/ocop REDIS_URL=redis://localhost:6379/0

check: install-dev ## style, types, migrations, settings for production, floors, translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	OCOP_EMBEDDED=off $(PY) -m mypy .
	$(PY) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	$(VENV)/bin/lint-imports
	$(PY) manage.py check_translations

bench: install-dev ## all of bench/; B=intake runs one. Each ends in one line of figures
	@for file in $(if $(B),bench/$(B).py,$(sort $(wildcard bench/[a-z]*.py))); do $(PY) "$$file" || exit 1; done

demo: install ## bring the tables up to date and load the demo anew
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py load_reference
	@$(PY) manage.py load_demo --reset
