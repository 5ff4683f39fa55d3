#!/usr/bin/env bash
# stops.sh STOPS: pipelines that are stopped at random moments, so many, and as many elements that are removed from a pipeline
# that plays; nothing may hang or stay. It says how long stopping took.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

export STOPS=${1:-1000} LIVEKIT_SERVER=$root/build/livekit-server GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
export G_DEBUG=fatal-criticals GODEBUG=cgocheck=1
step "$STOPS stops" quiet_downloads go test -count=1 -timeout 0 -v -run 'TestStopsAtAnyMoment|TestElementsComeAndGo' ./integration/leaks
