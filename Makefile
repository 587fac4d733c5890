# make run   a demo city on http://localhost:8000
# make test  every check: lint, types, import contracts, Python, TypeScript, browser journeys
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data
PUPILS ?= 240
WORKERS ?= 2
SECONDS ?= 600

PWA_SOURCES := $(shell find pwa -type f -not -path '*/node_modules/*' -not -path 'pwa/dist/*' 2>/dev/null)
SHARED_JSON := $(wildcard verifier/messages/*.json verifier/record/*.json)

.PHONY: run test lint types contracts test-python test-journeys test-pwa fuzz bench lighthouse pictures vectors api-types reformat lock clean help

help: ## list the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run: .build/python pwa/dist/index.html ## make the demo city if there is none, then serve it on http://localhost:8000
	HOCBA_MODE=demo HOCBA_DATA=$(DATA) $(BIN)/hocba demo --pupils $(PUPILS)
	HOCBA_MODE=demo HOCBA_DATA=$(DATA) $(BIN)/hocba serve

test: .build/system lint types contracts test-pwa test-python test-journeys ## every check

lint: .build/python
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .build/python
	$(BIN)/mypy

contracts: .build/python
	$(BIN)/lint-imports

test-python: .build/python .build/system .build/pwa
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not journey"

test-journeys: .build/python .build/system pwa/dist/index.html
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m journey

test-pwa: .build/pwa
	cd pwa && npm run check && npm test

fuzz: .build/python ## ten minutes of hostile bytes, SECONDS=600; atheris follows the verifier's branches
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/fuzz/requirements.lock
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

bench: .build/python .build/system pwa/dist/index.html ## figures of this machine, as ratios within one run
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.thousand_cards
	$(BIN)/python -m tests.benchmarks.verifier_load

lighthouse: .build/python .build/system pwa/dist/index.html ## every page of a demo city on a slow phone, or make lighthouse URL="http://…"
	$(BIN)/python -m tests.lighthouse.measure $(COOKIES:%=--cookie %) $(URL)

pictures: .build/python .build/system pwa/dist/index.html ## take the README's pictures anew
	$(BIN)/python -m tests.journeys.take_pictures

vectors: .build/python ## rebuild the test vectors (fixed keys, fixed clock)
	$(BIN)/python -m tests.vectors.build_vectors

api-types: .build/python .build/pwa ## write the pages' types of the API anew, from the service's OpenAPI document
	$(BIN)/python -m tests.repository.api_types

reformat: .build/python
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd pwa && npm run format

lock: ## pin the newest versions that pyproject.toml admits (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra city --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf .build .venv pwa/node_modules pwa/dist

# What a machine needs: stamps under .build/ are made anew when what they stand for has changed.

.build/python: requirements.lock pyproject.toml
	tools/prepare_machine run
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	mkdir -p .build && touch $@

.build/system: tools/prepare_machine
	tools/prepare_machine test
	mkdir -p .build && touch $@

.build/pwa: pwa/package.json pwa/package-lock.json
	tools/prepare_machine run
	cd pwa && npm ci
	mkdir -p .build && touch $@

pwa/dist/index.html: .build/pwa $(PWA_SOURCES) $(SHARED_JSON)
	cd pwa && npm run build
	touch $@
