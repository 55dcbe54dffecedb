# newsmill: every command a person needs. Each installs what is missing, shows progress and is quiet otherwise.
.PHONY: help build demo test sanitize bench accuracy chaos clean
help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12
build: ## the program: build/release/newsmill
	@deploy/debian-packages build
	@deploy/build release newsmill
demo: build ## the whole pipeline on an embedded broker with sample articles
	@build/release/newsmill demo
test: ## builds and runs every test that a change needs
	@tests/run
sanitize: ## the unit tests under ASan+UBSan, then the consumer's under TSan
	@tests/sanitize
bench: ## speed scoreboard, ends in lines name=value
	@bench/run
accuracy: ## accuracy scoreboard, ends in lines name=value
	@bench/accuracy
chaos: ## the long fault run on real Kafka
	@deploy/debian-packages build test
	@deploy/build release
	@tests/chaos/run --rounds 20
clean: ## removes build/
	@rm -rf build
