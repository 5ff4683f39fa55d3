#!/usr/bin/env bash
# soak.sh DURATION: receives streams for that long, some of them read and some not. The memory in use must stay flat.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# With only two arenas, the memory that glibc keeps for each thread does not look like a leak.
export SOAK_DURATION=${1:-10m} MALLOC_ARENA_MAX=2 LIVEKIT_SERVER=$root/build/livekit-server
step "soak for $SOAK_DURATION" quiet_downloads go test -count=1 -timeout 0 -v ./integration/soak
