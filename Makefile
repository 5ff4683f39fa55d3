# Every recipe calls a script of scripts/, which says what it does. Nothing here needs a file outside the checkout.
CODEC ?= vp8
PREFIX ?=
DESTDIR ?=
TESTFLAGS ?=
SYSTEMS ?=
ARCHES ?= amd64 arm64
DURATION ?= 10m
STOPS ?= 1000
FUZZTIME ?= 1m
CASE ?=
SECONDS ?= 5
ROUNDS ?= 2
BENCHFLAGS ?=
NETWORKFLAGS ?=
PARTICIPANTS ?=
SIMULCAST ?=
ENCRYPTED ?=
KEY ?=
CAMERA ?=
PORT ?=
export PREFIX DESTDIR TESTFLAGS PARTICIPANTS SIMULCAST ENCRYPTED KEY CAMERA PORT
# The value of a variable that the user has set, or nothing if it has only its default from above.
given = $(if $(filter file,$(origin $(1))),,$($(1)))

.DEFAULT_GOAL := help
.PHONY: help demo demo-web test test-server-next test-network test-browser test-sync reference soak stops fuzz bench build install uninstall lint fmt clean play server test-examples test-distros deb dist test-reproducible

help: ## print this list
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: ## play picture and sound of a test publisher, from a real server (CODEC=vp8 or h264)
	@scripts/demo.sh $(CODEC)

demo-web: ## serve a page that shares your camera or screen, and shows what livekitsrc receives of it (PORT=8080)
	@scripts/demo-web.sh

play: ## run a server and two publishers until Ctrl-C (CODEC=vp8, h264, vp9 or h265, PARTICIPANTS=1, SIMULCAST=1, ENCRYPTED=1 or KEY=..., CAMERA=/dev/video0)
	@CODEC='$(CODEC)' scripts/play.sh

server: ## run a server on loopback until Ctrl-C, with nobody in a room
	@scripts/play.sh server

test: ## run unit and integration tests, with the race detector (TESTFLAGS='-run Name')
	@scripts/deps.sh build run test node
	@scripts/build.sh plugin server
	@scripts/test.sh

test-server-next: ## run the tests that use a server, with a newer LiveKit server than the demo's
	@scripts/deps.sh build run test node
	@scripts/build.sh plugin server-next
	@scripts/test.sh next

test-network: ## measure what is shown on networks that lose packets; as root, two hours (CASE=loss-5 CODEC=vp8 SECONDS=40)
	@scripts/deps.sh build run test node
	@scripts/build.sh plugin server
	@CASE='$(CASE)' CODEC='$(call given,CODEC)' NETWORK_SECONDS='$(call given,SECONDS)' NETWORKFLAGS='$(NETWORKFLAGS)' \
		scripts/test-network.sh

test-examples: ## run the examples that need further servers, a browser or a speech recogniser; some minutes
	@scripts/deps.sh build run test node examples
	@scripts/build.sh plugin server
	@scripts/test-examples.sh

test-sync: ## measure how far sound and picture are apart, beside LiveKit's SDKs; as root, five minutes
	@scripts/deps.sh build run test node bench
	@scripts/build.sh plugin server
	@scripts/test-sync.sh

test-browser: ## test what Chromium publishes, in each of its forms, and the page of demo-web; some minutes
	@scripts/deps.sh build run test node
	@scripts/build.sh plugin server server-next
	@scripts/test-browser.sh

deb dist: ## make Debian packages and tarballs for amd64 and arm64 in build/dist; as root (ARCHES=amd64)
	@scripts/deps.sh roots
	@scripts/package.sh $(ARCHES)

test-distros: ## install the package on Debian and Ubuntu, and play there; as root (SYSTEMS='jammy-amd64 image')
	@scripts/deps.sh build run roots
	@scripts/build.sh plugin server
	@scripts/test-distros.sh $(SYSTEMS)

test-reproducible: ## make the package twice, and compare the bytes; as root, some minutes
	@scripts/deps.sh roots
	@scripts/test-reproducible.sh

soak: ## check for ten minutes that the memory of streams stays flat (DURATION=10m)
	@scripts/deps.sh build run
	@scripts/build.sh server
	@scripts/soak.sh $(DURATION)

stops: ## start and stop pipelines a thousand times at random moments (STOPS=1000)
	@scripts/deps.sh build run
	@scripts/build.sh plugin server
	@scripts/stops.sh $(STOPS)

reference: ## write docs/reference from the plugin: its elements' pads and properties
	@scripts/deps.sh build run
	@scripts/build.sh plugin
	@GST_PLUGIN_PATH=build GST_REGISTRY=build/registry-reference.bin go test ./integration/reference -count=1 -update

fuzz: ## run each fuzz target for a minute (FUZZTIME=1m)
	@scripts/deps.sh build
	@scripts/fuzz.sh $(FUZZTIME)

bench: ## measure CPU, memory and latency beside LiveKit's SDKs; 15 minutes (CASE=vp8-720p30 or micro, SECONDS=5, ROUNDS=2)
	@scripts/deps.sh build run node bench
	@scripts/build.sh plugin server
	@CASE=$(CASE) BENCH_SECONDS=$(SECONDS) ROUNDS=$(ROUNDS) BENCHFLAGS='$(BENCHFLAGS)' scripts/bench.sh

build: ## make build/libgstlivekit.so and build/livekit-server
	@scripts/deps.sh build
	@scripts/build.sh plugin server

install: ## put the plugin into your GStreamer plugin folder; as root, the system's (PREFIX, DESTDIR)
	@scripts/install.sh install

uninstall: ## remove the plugin again
	@scripts/install.sh uninstall

lint: ## run every check on the sources
	@scripts/deps.sh build lint
	@scripts/lint.sh

fmt: ## format Go and C, tidy the modules
	@scripts/deps.sh build lint
	@scripts/lint.sh --fix

clean: ## remove build/, and the systems of .roots/
	rm -rf build .roots
