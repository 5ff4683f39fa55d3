#!/usr/bin/env bash
# test-browser.sh: tests what Chromium publishes, in each of its forms, and the page of `make demo-web`. It takes some minutes.
# Simulcast of VP9 and AV1 is tested with the newer server, because LiveKit's client does not publish it to an older one.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

export G_DEBUG=fatal-criticals GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET

# published SERVER GO_TEST_FLAG...
# shellcheck disable=SC2317 # step calls it
published() {
  LIVEKIT_SERVER=$root/build/$1 quiet_downloads go test -count=1 -timeout 15m -v "${@:2}" ./integration/browser/publisher
}

# shellcheck disable=SC2317 # step calls it
lost() {
  LIVEKIT_SERVER=$root/build/livekit-server quiet_downloads go test -count=1 -timeout 15m -v -tags browser -run Browser ./integration/roaming
}

# shellcheck disable=SC2317 # step calls it
page() {
  LIVEKIT_SERVER=$root/build/livekit-server quiet_downloads go test -count=1 -timeout 15m -v ./examples/demo-web
}

step "LiveKit's clients for Node and browsers" node_sdk
step "the page of make demo-web (first time: go-gst takes some minutes)" page
step "what Chromium publishes" published livekit-server
step "Chromium's network, lost and back" lost
step "simulcast of VP9 and AV1, with a newer server" published livekit-server-next -tags servernext -run 'Layers/(VP9|AV1)Simulcast'
