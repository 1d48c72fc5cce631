# The commands of the project. Each one sets up what it needs, once.
SHELL := bash
.DELETE_ON_ERROR:
.PHONY: run demo test check bench build openapi holidays lock chromium clean

BIN := .venv/bin
SAM := .sam-venv/bin
export SAM_CLI_TELEMETRY := 0
export PYTHONDONTWRITEBYTECODE :=

run: .venv/local node_modules/.package-lock.json
	@exec $(BIN)/python -m local

demo: .venv/local node_modules/.package-lock.json
	@$(BIN)/python -m local.demo

test: .venv/test node_modules/.package-lock.json .aws-sam/build/template.yaml .ministack-venv/ministack chromium
	$(BIN)/pytest

check: .venv/test .aws-sam/build/template.yaml
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m local.openapi --check
	AWS_DEFAULT_REGION=eu-west-1 $(SAM)/sam validate --lint --template template.yaml
	$(SAM)/python tests/support/lint_transformed.py template.yaml

bench: .venv/test node_modules/.package-lock.json
	$(BIN)/python -m bench

build: .aws-sam/build/template.yaml

# What `sam deploy` uploads: rebuilt when the template, a door or the layer has changed.
.aws-sam/build/template.yaml: .sam-venv/sam template.yaml samconfig.toml layers/core/Makefile \
		layers/core/requirements.txt $(shell find functions layers/core/comhar -type f -not -name '*.pyc' 2>/dev/null)
	PATH="$(CURDIR)/$(SAM):$$PATH" AWS_DEFAULT_REGION=eu-west-1 $(SAM)/sam build
	@touch $@

openapi: .venv/local
	$(BIN)/python -m local.openapi

# Chromium from the PATH, else from Debian, else Playwright's own.
chromium: .venv/test
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	  then apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; \
	  else $(BIN)/playwright install chromium; fi; }

# Environments. Everything is installed by name from the usual registries and checked against the locks.
define new_venv
for python in python3.13 python3 python; do \
  $$python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && break; python=; \
done; \
[ -n "$$python" ] || { echo 'Comhar needs Python 3.13 on the PATH as python3.13 or python3.' >&2; exit 1; }; \
$$python -m venv $(1) && $(1)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt
endef
INSTALL = VIRTUAL_ENV=$(CURDIR)/$(1) $(1)/bin/uv pip install -q --require-hashes -r $(2) && touch $@

.venv/bin/uv: requirements-uv.txt
	@echo 'Setting up Python 3.13 …'
	@$(call new_venv,.venv)
	@echo $(CURDIR)/layers/core > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/comhar.pth"
	@touch $@

.venv/local: requirements-local.txt .venv/bin/uv
	@echo 'Installing what Comhar runs on …'
	@$(call INSTALL,.venv,$<)

.venv/test: requirements-test.txt .venv/local
	@echo 'Installing what the tests need …'
	@$(call INSTALL,.venv,$<)

.sam-venv/sam: requirements-sam.txt requirements-uv.txt
	@echo 'Installing the deployment tools …'
	@$(call new_venv,.sam-venv)
	@$(call INSTALL,.sam-venv,$<)

.ministack-venv/ministack: requirements-ministack.txt requirements-uv.txt
	@echo 'Installing ministack …'
	@$(call new_venv,.ministack-venv)
	@$(call INSTALL,.ministack-venv,$<)

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'Comhar needs Node 20 (npm) on the PATH.' >&2; exit 1; }
	@echo 'Installing the browser files …'
	@npm ci --loglevel=error && touch $@

# After a change of the dependencies in pyproject.toml. `make lock UPGRADE=--upgrade` takes newer versions.
COMPILE = $(BIN)/uv pip compile -q $(UPGRADE) --universal --python-version 3.13 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
lock: .venv/bin/uv
	$(COMPILE) pyproject.toml -o layers/core/requirements.txt
	$(COMPILE) pyproject.toml --group local -c layers/core/requirements.txt -o requirements-local.txt
	$(COMPILE) pyproject.toml --group local --group test --group check -c requirements-local.txt -o requirements-test.txt
	$(COMPILE) --group sam -o requirements-sam.txt
	$(COMPILE) --group ministack -o requirements-ministack.txt
	npm install --package-lock-only --loglevel=error

clean:
	rm -rf .venv .sam-venv .ministack-venv node_modules .aws-sam .mypy_cache .ruff_cache .pytest_cache
