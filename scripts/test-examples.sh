#!/usr/bin/env bash
# test-examples.sh: runs the examples that need a server of another kind, a browser or a speech recogniser, which take minutes, and
# a LiveKit server of two nodes.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

export G_DEBUG=fatal-criticals GODEBUG=cgocheck=1 LIVEKIT_SERVER=$root/build/livekit-server
export GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET

step "LiveKit's clients for Node and browsers, and hls.js" node_sdk

# recogniser: a Python of its own with PocketSphinx, which has a small model in its package.
# shellcheck disable=SC2317 # step calls it
recogniser() {
  local python=examples/python/.venv
  if "$python/bin/python" -c 'import pocketsphinx' 2>/dev/null; then
    return
  fi
  /usr/bin/python3 -m venv "$python" && "$python/bin/pip" install --quiet pocketsphinx==5.1.1
}
step "a speech recogniser for Python" recogniser

# Only root can make the Kubernetes Job's root and become its user.
examples='RTMP|RTSP|SpeechIs|Barcodes|HLSPlays|Wall|Follow|Bridge|JobRuns' unable=
if [ "$(id -u)" != 0 ]; then
  examples=${examples%|JobRuns}
  unable="Not run: the Kubernetes Job as its user, because that needs root."
fi
step "run the examples" quiet_downloads go test -tags examples -vet=off -count=1 -timeout 15m -v -run "$examples" ./examples/pipelines

step "a LiveKit server of two nodes, with Redis" quiet_downloads go test -tags examples -vet=off -count=1 -timeout 5m -v ./integration/nodes
[ -z "$unable" ] || echo "$unable"
