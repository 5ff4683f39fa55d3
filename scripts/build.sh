#!/usr/bin/env bash
# build.sh TARGET...: plugin, server, demo. Each is quick when nothing changed.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

for target in "$@"; do
  case $target in
  plugin)
    step "build/libgstlivekit.so" quiet_downloads \
      go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags='-s -w' -o build/libgstlivekit.so ./plugin
    rm -f build/libgstlivekit.h
    ;;
  server)
    pinned build/livekit-server tools github.com/livekit/livekit-server/cmd/server
    ;;
  demo)
    # Not build/demo: that is where the demo leaves its files.
    step "build/demo-runner" quiet_downloads \
      go build -trimpath -buildvcs=false -ldflags='-s -w' -o build/demo-runner ./examples/demo
    ;;
  *) die "build.sh: unknown target $target" ;;
  esac
done
