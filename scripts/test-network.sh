#!/usr/bin/env bash
# test-network.sh: measures what livekitsrc and its peers show on networks that lose and delay packets. These
# variables change what it does:
#   CASE=name,name     only these cases; "list" names them all; without it, those of docs/reliability.md, which takes two hours
#   CODEC=vp8,h264     only these codecs
#   NETWORK_SECONDS=40 how long each case is measured
#   NETWORKFLAGS=...   further flags of the program, for instance "-properties latency=500" or -verbose
# Without CASE and CODEC the peers are measured, too, and docs/reliability.md is written.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# The program says so, too, but after some minutes of building.
if [ "$(id -u)" != 0 ]; then
  die "make test-network cannot run: an impaired network needs root, for network namespaces and TUN devices." \
    "Nothing was measured. Run: sudo -E make test-network"
fi

read -ra flags <<<"${NETWORKFLAGS:-}"
if [ -z "${CASE:-}${CODEC:-}" ]; then
  flags=(-peers -write "${flags[@]}")
  scripts/deps.sh bench
  scripts/bench-peers.sh
fi
if [ -n "${CASE:-}" ]; then flags+=(-case "$CASE"); fi
if [ -n "${CODEC:-}" ]; then flags+=(-codec "$CODEC"); fi
if [ -n "${NETWORK_SECONDS:-}" ]; then flags+=(-seconds "$NETWORK_SECONDS"); fi
mkdir -p build/network

export LIVEKIT_SERVER=$root/build/livekit-server
# The Node SDK publishes AV1 and simulcast.
step "LiveKit's Node SDK" node_sdk
export GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/network/registry.bin
step "the network's program" go build -trimpath -buildvcs=false -o build/network/report ./integration/network/report
gst-inspect-1.0 livekitsrc >/dev/null

# No run may use the server and key that the caller may have configured.
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET
exec build/network/report "${flags[@]}"
