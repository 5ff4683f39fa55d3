#!/usr/bin/env bash
# test-sync.sh: the tests of sound and picture in sync that are too long for `make test`, and then a table of how far they are apart at
# the elements and at their peers, as docs/reliability.md has it. The table goes to build/sync.md.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

export G_DEBUG=fatal-criticals GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
export LIVEKIT_SERVER=$root/build/livekit-server
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET

scripts/bench-peers.sh
step "long tests of sync" go test -vet=off -tags slow -count=1 -timeout 15m -run InSync ./integration/sound ./integration/network ./integration/static
# shellcheck disable=SC2317 # step calls it
table() { go run ./bench/skew >build/sync.md; }
step "how far sound and picture are apart" table
cat build/sync.md
