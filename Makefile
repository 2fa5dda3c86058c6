# Two commands do all the set-up: `make run` and `make test`. Everything else is a part of them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CARGO_TERM_COLOR ?= auto

help: ## what can be asked for
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: ## install what is missing, build, open the window on the sample fleet
	@bash .ci/run-window

headless: ## audit the sample fleet without a window, into ./out
	@bash .ci/install build-terminal
	cargo run --profile quick --quiet --package quay-cli -- audit --sample --output out

test: ## install what tests need and run all of them
	@bash .ci/test

azure: ## start an Azure on this machine, with a made-up fleet; `quaymaster scan --cloud azure/cloud.json` reads it
	@bash .ci/install build-terminal
	cargo run --quiet --package quay-azure -- --output $(or $(OUTPUT),azure) --clusters $(or $(CLUSTERS),100) --subscriptions $(or $(SUBSCRIPTIONS),5)

bench: ## measure; figures are kept in docs/performance.md
	@bash .ci/install build-terminal
	cargo bench --package quay-pipeline --bench fleet
	cargo bench --profile quick --package quay-pipeline --bench doors

generate: ui/node_modules ## write generated files again (bindings, recorded answers)
	@mkdir -p ui/dist && touch ui/dist/index.html
	UPDATE_BINDINGS=1 cargo test --features custom-protocol --lib

ui/node_modules: ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	@touch ui/node_modules

format: ## format everything
	cargo fmt --all

.PHONY: help run headless azure test bench generate format
