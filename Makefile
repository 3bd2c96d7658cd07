# 掌上证: every habit of the project is one target here. `make help` lists them.
PYTHON := .venv/bin/python
FLASK := .venv/bin/flask --app wsgi
READY := .venv/.ready
WORKERS ?= $(shell nproc)
BASE_URL ?= http://127.0.0.1:8080
JOURNEY ?= certificate
DEBIAN_DEMO := fonts-babelstone-han
DEBIAN_TEST := $(DEBIAN_DEMO) chromium poppler-utils libzbar0 libnss3-tools openssl
IN_CLIENT := scripts/in-client
NODE_RUN := $(IN_CLIENT) node --run
export PYTHONDONTWRITEBYTECODE ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset walk walk-services test test-services test-faults lint types check format migrate client test-client screenshots bench docs lock FORCE

help: ## list what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(READY): requirements/dev.txt scripts/debian-packages
	@test -x .venv/bin/python || python3 -m venv .venv
	@echo "安装依赖(第一次约一分钟)…"
	@.venv/bin/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(READY) ## make .venv with everything pinned

demo: $(READY) ## set up, seed and run the whole product, then walk the main journey
	@sh scripts/debian-packages $(DEBIAN_DEMO)
	@$(PYTHON) -m demo

demo-reset: $(READY) ## forget the demo's data; the next `make demo` starts over
	@$(PYTHON) -m demo --reset

walk: $(READY) ## make the journey over HTTP as an outsider (BASE_URL=… JOURNEY=…)
	@$(PYTHON) -m tests.journeys $(JOURNEY) --base-url $(BASE_URL)

walk-services: $(READY) ## the demonstration and its journey on PostgreSQL
	@sh scripts/debian-packages $(DEBIAN_DEMO)
	@$(PYTHON) -m tests.postgres -- sh -c 'ZHENG_DATABASE_URL=$$TEST_DATABASE_URL DEMO_DIR=var/demo-services DEMO_EXIT=1 $(PYTHON) -m demo --fresh'

test: $(READY) ## set up and run everything that needs no service of its own (SQLite)
	@sh scripts/debian-packages $(DEBIAN_TEST)
	@$(PYTHON) -m pytest -n $(WORKERS) -m "not faults"

test-services: $(READY) ## the same suite on PostgreSQL
	@sh scripts/debian-packages $(DEBIAN_TEST)
	@$(PYTHON) -m tests.postgres -- $(PYTHON) -m pytest -n $(WORKERS) -m "not faults"

test-faults: $(READY) ## kills, races, bad disks, fuzzing, on both databases (long)
	@sh scripts/debian-packages $(DEBIAN_TEST)
	@$(PYTHON) -m pytest -n 0 -m faults
	@$(PYTHON) -m tests.postgres -- $(PYTHON) -m pytest -n 0 -m faults

lint: $(READY) ## ruff
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: $(READY) ## mypy --strict over the product
	@.venv/bin/mypy

check: lint types test ## what a commit needs

format: $(READY) ## let ruff write the layout
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

migrate: $(READY) ## bring the database of ZHENG_DATABASE_URL to the newest schema
	@$(FLASK) zheng migrate

build/openapi.json: FORCE $(READY)
	@mkdir -p build
	@$(FLASK) zheng openapi > $@.new && mv $@.new $@

client: build/openapi.json ## generate the phone client's types, build the web app (/m/) and the WeChat mini-program
	@$(NODE_RUN) types:api >/dev/null
	@$(NODE_RUN) build:h5
	@$(NODE_RUN) build:mp-weixin

test-client: build/openapi.json ## everything of the phone client: types, lint, units, both builds, mini-program, browser
	@sh scripts/debian-packages $(DEBIAN_DEMO) chromium
	@$(NODE_RUN) types:fresh
	@$(NODE_RUN) type-check
	@$(NODE_RUN) lint
	@$(NODE_RUN) test
	@$(NODE_RUN) build:h5
	@$(NODE_RUN) build:mp-weixin
	@$(NODE_RUN) sizes
	@$(IN_CLIENT) node tools/with-demo.cjs "node --run test:mp" "node --run e2e"

screenshots: $(READY) ## every page of the web app at phone size, elder mode and dark, into build/screenshots
	@sh scripts/debian-packages $(DEBIAN_DEMO) chromium
	@$(NODE_RUN) build:h5
	@$(NODE_RUN) screenshots
	@echo "build/screenshots"

bench: $(READY) ## figures against named rivals in the same run (long)
	@$(PYTHON) -m benchmarks

docs: $(READY) ## regenerate what docs/ takes from the code
	@$(FLASK) zheng docs

lock: $(READY) ## pin the dependencies anew (needs uv)
	@uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements/dev.txt
	@uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/dev.txt pyproject.toml -o requirements/base.txt
