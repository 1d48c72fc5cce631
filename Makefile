# The commands of the project. Each one sets up what it needs, once.
SHELL := bash
.DELETE_ON_ERROR:
.PHONY: run demo test ready proof check bench build openapi routes holidays letters words pictures lock chromium libical clean

BIN := .venv/bin
SAM := .sam-venv/bin
export SAM_CLI_TELEMETRY := 0
export PYTHONDONTWRITEBYTECODE :=

run: .venv/local static/nhsuk.css
	@exec $(BIN)/python -m local

demo: .venv/local static/nhsuk.css
	@$(BIN)/python -m local.demo

TESTED := .venv/test static/nhsuk.css .aws-sam/build/template.yaml .aws-sam/transformed.json \
	.ministack-venv/ministack libical
test: ready
	$(BIN)/pytest

# What does not wait for one another is installed side by side.
ready:
	@$(MAKE) --no-print-directory -j3 $(TESTED)

# The same at full size, and once more over dynoxide what has its tables in memory else (tests/support/proof_sizes.py).
proof: ready
	PROOF=1 $(BIN)/pytest
	PROOF=1 TABLES=dynoxide $(BIN)/pytest

check: .venv/test .aws-sam/build/template.yaml .aws-sam/transformed.json
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m local.openapi --check
	$(BIN)/python -m local.routes --check
	$(BIN)/python -m local.build_holidays --check
	$(BIN)/python -m local.build_letters --check
	AWS_DEFAULT_REGION=eu-west-1 $(SAM)/sam validate --lint
	$(SAM)/cfn-lint --regions eu-west-1 --template .aws-sam/transformed.json

bench: .venv/test static/nhsuk.css
	$(BIN)/python -m bench

build: .aws-sam/build/template.yaml static/nhsuk.css

# Files that are made from others and committed; `make check` says when one is stale.
openapi: .venv/test
	$(BIN)/python -m local.openapi

routes: .venv/test
	$(BIN)/python -m local.routes

holidays: .venv/test
	$(BIN)/python -m local.build_holidays

letters: .venv/test
	$(BIN)/python -m local.build_letters

# Every text that people read, page by page.
words: .venv/test
	$(BIN)/python -m local.words

# Every page and letter as a picture, wide and narrow, in test-results/pictures; and the two of the README, from
# half a year of the demo, in docs/pictures.
pictures: .venv/test static/nhsuk.css chromium
	PICTURES=1 $(BIN)/pytest -n0 tests/functional/pages
	$(BIN)/python -m tests.support.pictures

# NHS.UK's style sheet in our colours, with a font of our own in place of its remote ones: in each file the
# letters of a few languages, Irish in the first.
FONT := atkinson-hyperlegible-next
FONTS := static/$(FONT)-latin.woff2 static/$(FONT)-latin-ext.woff2
static/%.woff2: node_modules/.package-lock.json
	cp node_modules/@fontsource-variable/$(FONT)/files/$*-wght-normal.woff2 $@

static/nhsuk.css: static/nhsuk.sed node_modules/.package-lock.json $(FONTS)
	sed -E -f $< node_modules/nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.css > $@

# What `sam deploy` uploads, and the template as CloudFormation sees it.
IN_THE_LAYER := $(shell find layers/core functions -type f -not -name '*.pyc' -not -path '*/__jinja__/*' 2>/dev/null)
.aws-sam/build/template.yaml: .sam-venv/sam template.yaml samconfig.toml $(IN_THE_LAYER)
	@echo 'Building the layer and the functions …'
	@mkdir -p .aws-sam
	@PATH="$(CURDIR)/$(SAM):$$PATH" AWS_DEFAULT_REGION=eu-west-1 $(SAM)/sam build >.aws-sam/build.log 2>&1 \
	  || { cat .aws-sam/build.log >&2; exit 1; }
	@touch $@

.aws-sam/transformed.json: tests/support/transform.py template.yaml .sam-venv/sam
	@mkdir -p .aws-sam
	$(SAM)/python $< template.yaml > $@

# Chromium from the PATH, else from Debian, else Playwright's own.
chromium: .venv/test
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	  then apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; \
	  else $(BIN)/playwright install chromium; fi; }

# What Linux's calendar programs read files with, from Debian. Where it cannot be had, the other five read them.
libical: chromium
	@ldconfig -p 2>/dev/null | grep -q 'libical\.so' || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && timeout 120 sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends libical3'; } \
	  || echo 'libical is not here: calendar files are read by five other programs.' >&2

# Environments. Everything is installed by name from the usual registries and checked against the locks.
define new_venv
for python in python3.13 python3 python; do \
  $$python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && break; python=; \
done; \
[ -n "$$python" ] || { echo 'Comhar needs Python 3.13 on the PATH as python3.13 or python3.' >&2; exit 1; }; \
$$python -m venv $(1) && $(1)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
endef
INSTALL = VIRTUAL_ENV=$(CURDIR)/$(1) $(1)/bin/uv pip install -q --require-hashes -r $(2) && touch $@

.venv/bin/uv: requirements/uv.txt
	@echo 'Setting up Python 3.13 …'
	@$(call new_venv,.venv)
	@echo $(CURDIR)/layers/core > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/comhar.pth"
	@touch $@

.venv/local: requirements/local.txt .venv/bin/uv
	@echo 'Installing what Comhar runs on …'
	@$(call INSTALL,.venv,$<)

.venv/test: requirements/test.txt .venv/local
	@echo 'Installing what the tests need …'
	@$(call INSTALL,.venv,$<)

.sam-venv/sam: requirements/sam.txt requirements/uv.txt
	@echo 'Installing the deployment tools …'
	@$(call new_venv,.sam-venv)
	@$(call INSTALL,.sam-venv,$<)

.ministack-venv/ministack: requirements/ministack.txt requirements/uv.txt
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
# npm also notes where each author takes donations.
define WITHOUT_ADDRESSES
const fs = require("fs"), lock = "package-lock.json"
fs.writeFileSync(lock, fs.readFileSync(lock, "utf8").replace(/,\s*"funding": (\{[^}]*\}|\[[^\]]*\])/g, ""))
endef
export WITHOUT_ADDRESSES
lock: .venv/bin/uv
	$(COMPILE) --group installer -o requirements/uv.txt
	$(COMPILE) pyproject.toml -o layers/core/requirements.txt
	$(COMPILE) pyproject.toml --group local -c layers/core/requirements.txt -o requirements/local.txt
	$(COMPILE) pyproject.toml --group local --group test --group check -c requirements/local.txt -o requirements/test.txt
	$(COMPILE) --group sam -o requirements/sam.txt
	$(COMPILE) --group ministack -o requirements/ministack.txt
	npm install --package-lock-only --loglevel=error
	node -e "$$WITHOUT_ADDRESSES"

clean:
	rm -rf .venv .sam-venv .ministack-venv node_modules .aws-sam .mypy_cache .ruff_cache .pytest_cache
