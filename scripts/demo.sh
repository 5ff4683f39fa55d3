#!/usr/bin/env bash
# demo.sh CODEC: installs and builds what is missing, then plays the picture and sound of a test publisher.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

codec=${1:-vp8}
codec=${codec,,}
case $codec in
vp8 | h264) ;;
*) die "CODEC is vp8 or h264, not \"$1\"." ;;
esac

writable build/demo
scripts/deps.sh build run display
server=$(livekit_server)
scripts/build.sh plugin demo

# The user's own registry of plugins stays as it is.
export GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry.bin
exec build/demo-runner -codec "$codec" -server "$server" -out build/demo
