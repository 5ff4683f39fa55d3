#!/usr/bin/env bash
# test-network.sh: measures what livekitsrc and its peers show on networks that lose and delay packets. What it is told, it is
# told by variables:
#   CASE=name,name     only these cases; "list" names them all; without it, those of docs/reliability.md, which takes hours
#   CODEC=vp8,h264     only these codecs
#   NETWORK_SECONDS=40 how long each case is measured
#   NETWORKFLAGS=...   further flags of the program, for instance "-properties latency=500" or -verbose
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

read -ra flags <<<"${NETWORKFLAGS:-}"
if [ -n "${CASE:-}" ]; then flags+=(-case "$CASE"); fi
if [ -n "${CODEC:-}" ]; then flags+=(-codec "$CODEC"); fi
if [ -n "${NETWORK_SECONDS:-}" ]; then flags+=(-seconds "$NETWORK_SECONDS"); fi
mkdir -p build/network

export LIVEKIT_SERVER=$root/build/livekit-server
export GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/network/registry.bin
step "the network's program" go build -trimpath -buildvcs=false -o build/network/report ./integration/network/report
gst-inspect-1.0 livekitsrc >/dev/null

# No run reaches a server or key that the caller happens to have configured.
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET
exec build/network/report "${flags[@]}"
