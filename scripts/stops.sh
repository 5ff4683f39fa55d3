#!/usr/bin/env bash
# stops.sh STOPS: stops that many pipelines at random moments, and removes as many elements from a pipeline that plays. Nothing
# may hang or be left behind. It prints how long stopping took.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

export STOPS=${1:-1000} LIVEKIT_SERVER=$root/build/livekit-server GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
export G_DEBUG=fatal-criticals GODEBUG=cgocheck=1
step "$STOPS stops" quiet_downloads go test -count=1 -timeout 0 -v -run 'TestStopsAtAnyMoment|TestElementsComeAndGo' ./integration/leaks
