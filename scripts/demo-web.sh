#!/usr/bin/env bash
# demo-web.sh: installs and builds what is missing, then serves the page of examples/demo-web on PORT of 127.0.0.1 until Ctrl-C.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

[[ ${PORT:-8080} =~ ^[0-9]+$ ]] || die "PORT is a number, not \"$PORT\"."
writable build/demo-web
scripts/deps.sh build run node
server=$(livekit_server)
step "LiveKit's client for browsers" browser_client
scripts/build.sh demo-web

export GST_REGISTRY=$root/build/registry.bin
exec build/demo-web-runner -port "${PORT:-8080}" -server "$server" -out build/demo-web
