#!/usr/bin/env bash
# bench-peers.sh: installs what the benchmark compares with: LiveKit's Node SDK, its Python SDK, and livekitwebrtcsrc of
# gst-plugins-rs. A peer that cannot be installed is no failure: the reason goes into build/bench/absent-PEER, which the
# benchmark reports. BENCH_PEERS=none installs nothing. Peers go into build/.deps, where GStreamer does not search for plugins.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

python_version=1.2.1
webrtc_version=0.15.4
webrtc_timeout=1200
out=build/bench
mkdir -p "$out" build/.deps/plugins
if [ "${BENCH_PEERS:-}" = none ]; then
  exit
fi

# try PEER WHAT COMMAND...: runs it, and keeps the reason if it fails.
try() {
  local peer=$1 what=$2 log=$out/$1.log
  shift 2
  rm -f "$out/absent-$peer"
  if ! step "$what" logged "$log" "$@"; then
    echo "$what failed: $(grep -v '^[[:space:]]*$' "$log" | grep -iE 'error|cannot|not found|no such|refused|timed' | tail -n 1 ||
      tail -n 1 "$log")" | sed "s|$root/||g" >"$out/absent-$peer"
    sed 's/^/    /' "$out/absent-$peer"
  fi
}

# shellcheck disable=SC2317 # try calls it
logged() {
  local log=$1
  shift
  "$@" </dev/null >"$log" 2>&1
}

# shellcheck disable=SC2317 # try calls it
python_sdk() {
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target build/.deps/python "livekit==$python_version" &&
    echo "$python_version" >build/.deps/python/.installed
}

# The crate's own lock file says what it is built with.
# shellcheck disable=SC2317 # try calls it
webrtc_source() {
  local dir=build/.deps/livekitwebrtcsrc manifest
  if [ ! -f "$dir/Cargo.toml" ]; then
    rm -rf "$dir" "$dir.fetch"
    cargo init --quiet --lib --vcs none --name fetch "$dir.fetch" || return
    cargo add --quiet --manifest-path "$dir.fetch/Cargo.toml" "gst-plugin-webrtc@=$webrtc_version" || return
    manifest=$(cargo metadata --quiet --format-version 1 --manifest-path "$dir.fetch/Cargo.toml" |
      grep -oE '"manifest_path":"[^"]*/gst-plugin-webrtc-[0-9][^"]*"' | head -n 1 | cut -d '"' -f 4) || return
    cp -r "$(dirname "$manifest")" "$dir" || return
    rm -rf "$dir.fetch"
  fi
  cd "$dir" || return
  timeout "$webrtc_timeout" cargo build --release --locked --lib --no-default-features --features livekit,rustls-ring || {
    echo "error: cargo build ended with status $? (124 is: not within $webrtc_timeout s)"
    return 1
  }
  cp target/release/libgstrswebrtc.so "$root/build/.deps/plugins/"
}

if ! cmp -s integration/rtcnode/package-lock.json integration/rtcnode/node_modules/.installed-lock.json; then
  try node "LiveKit's Node SDK from npm" node_sdk
fi
if [ "$(cat build/.deps/python/.installed 2>/dev/null)" != "$python_version" ]; then
  try python "LiveKit's Python SDK from PyPI" python_sdk
fi
if [ ! -f build/.deps/plugins/libgstrswebrtc.so ]; then
  try livekitwebrtcsrc "livekitwebrtcsrc with cargo (some minutes, once)" webrtc_source
fi
