#!/usr/bin/env bash
# soak.sh DURATION: streams that are read and streams that are not, for so long; their memory must stay flat.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# Two arenas, so that what glibc keeps for each thread does not look like a leak.
export SOAK_DURATION=${1:-10m} MALLOC_ARENA_MAX=2 LIVEKIT_SERVER=$root/build/livekit-server
step "soak for $SOAK_DURATION" quiet_downloads go test -count=1 -timeout 0 -v ./integration/soak
