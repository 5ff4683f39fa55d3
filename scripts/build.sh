#!/usr/bin/env bash
# build.sh TARGET...: builds plugin, server, server-next, demo, demo-web or play. Each is quick when nothing has changed.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# With PACKED_RELOCATIONS=1 the plugin is a tenth smaller, and the system's C library must be glibc 2.36 or newer.
plugin_ldflags='-s -w'
if [ -n "${PACKED_RELOCATIONS:-}" ]; then
  plugin_ldflags+=' -extldflags=-Wl,-z,pack-relative-relocs'
fi

# server_next: newer versions of the server need forks of pion that the module proxy does not have. With pion itself everything
# compiles but one line, which sets an option that only a fork has and that is off by default. So a copy of the server's
# source is compiled without that line. The copy does not stay, because formatters and linters would look at it.
server_next() {
  local dir=build/server-next module=github.com/livekit/livekit-server source
  rm -rf "$dir"
  mkdir -p "$dir"
  cp tools/next/go.mod tools/next/go.sum "$dir"
  quiet_downloads go -C tools/next mod download "$module"
  source=$(go -C tools/next list -m -f '{{.Dir}}' "$module")
  cp -r --no-preserve=mode "$source" "$dir/livekit-server"
  sed -i '/EnableSped/d' "$dir/livekit-server/pkg/rtc/transport.go"
  go mod edit -replace "$module=./livekit-server" "$dir/go.mod"
  pinned build/livekit-server-next "$dir" "$module/cmd/server"
  rm -rf "$dir"
}

for target in "$@"; do
  case $target in
  plugin)
    step "build/libgstlivekit.so" quiet_downloads \
      go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags="$plugin_ldflags" -o build/libgstlivekit.so ./plugin
    rm -f build/libgstlivekit.h
    ;;
  server)
    pinned build/livekit-server tools github.com/livekit/livekit-server/cmd/server
    ;;
  server-next) server_next ;;
  demo)
    # Not build/demo: that is where the demo leaves its files.
    step "build/demo-runner" quiet_downloads \
      go build -trimpath -buildvcs=false -ldflags='-s -w' -o build/demo-runner ./examples/demo
    ;;
  demo-web)
    # Without -trimpath, so that tests need not compile go-gst a second time.
    step "build/demo-web-runner (first time: go-gst takes some minutes)" quiet_downloads \
      go build -buildvcs=false -ldflags='-s -w' -o build/demo-web-runner ./examples/demo-web
    ;;
  play)
    step "build/play-runner" quiet_downloads \
      go build -trimpath -buildvcs=false -ldflags='-s -w' -o build/play-runner ./examples/play
    ;;
  *) die "build.sh: unknown target $target" ;;
  esac
done
