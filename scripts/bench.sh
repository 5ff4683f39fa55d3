#!/usr/bin/env bash
# bench.sh: measures livekitsrc and stream.VideoStream beside their peers, and writes bench/results/*.json,
# docs/performance.md and its plots. These variables change what it does:
#   CASE=name,name    only these cases, or "micro" for go test -bench; without it, all
#   BENCH_SECONDS=5   how long each receiver receives
#   ROUNDS=2          how many runs each receiver has
#   BENCHFLAGS=...    further flags of the program, for instance "-receiver gst-i420,decode" or -list
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

case=${CASE:-} seconds=${BENCH_SECONDS:-5} rounds=${ROUNDS:-2}
read -ra flags <<<"${BENCHFLAGS:-}"
out=build/bench
# With build/ in GST_PLUGIN_PATH, GStreamer searches all of it for plugins, except folders named .deps.
plugins=build/.deps/plugins
mkdir -p "$out" "$plugins"

# micro: the benchmarks of single functions, compared with those in bench/results.
# shellcheck disable=SC2317 # step calls it
micro() {
  go test -run '^$' -bench . -benchmem -count "${COUNT:-6}" -benchtime "${BENCHTIME:-0.3s}" \
    ./internal/assemble/video ./internal/chain ./internal/convert ./stream >"$out/micro.txt"
}

# tap: builds the element that reads the time in the picture.
# shellcheck disable=SC2317 # step calls it
tap() {
  local flags
  read -ra flags <<<"$(pkg-config --cflags --libs gstreamer-1.0 gstreamer-base-1.0 gstreamer-video-1.0)"
  gcc -O2 -Wall -shared -fPIC -o "$plugins/libgstbenchtap.so" bench/tap/gstbenchtap.c "${flags[@]}"
}

# shellcheck disable=SC2317 # step calls it
programs() {
  local program
  go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$out/bench" ./bench
  for program in publish videostream audiostream element; do
    go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$out/$program" "./bench/$program"
  done
}

if [ "$case" = micro ]; then
  step "go test -bench" micro
  pinned build/benchstat tools/lint golang.org/x/perf/cmd/benchstat
  if [ -f bench/results/micro.txt ]; then
    build/benchstat kept=bench/results/micro.txt now="$out/micro.txt"
  else
    build/benchstat "$out/micro.txt"
  fi
  echo "To keep these numbers: cp $out/micro.txt bench/results/micro.txt"
  exit
fi

step "the benchmark's programs" programs
step "benchtap" tap
scripts/bench-peers.sh
cp build/libgstlivekit.so "$plugins"

# No run may use the server and key that the caller may have configured.
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET
exec "$out/bench" -case "$case" -seconds "$seconds" -rounds "$rounds" "${flags[@]}"
