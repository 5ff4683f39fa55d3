#!/usr/bin/env bash
# test.sh: unit tests, then the tests that run real pipelines, with the extra go test flags of TESTFLAGS (for example -run Name).
# test.sh next: only the tests that use a server, with build/livekit-server-next, and those that only this server passes.
# Every test's full output goes to build/log, and the totals go to build/log/test-total.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

read -ra flags <<<"${TESTFLAGS:-}"
mkdir -p build/log
rm -f build/log/test-*
go -C tools build -trimpath -buildvcs=false -o "$root/build/testreport" ./testreport

export CGO_ENABLED=1 G_DEBUG=fatal-criticals GODEBUG=cgocheck=1
export GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
export LIVEKIT_SERVER=$root/build/livekit-server
next=
if [ "${1:-}" = next ]; then
  next=1 LIVEKIT_SERVER=$root/build/livekit-server-next
  flags+=(-tags servernext)
fi
# Tests must not use the server, key and room that the caller may have configured.
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET LIVEKIT_ROOM

# report NAME MODULE_DIR GO_TEST_ARGUMENT...: with verbose=-v it names every test as it passes.
verbose=
# shellcheck disable=SC2317 # step calls it
report() {
  local name=$1 module=$2
  shift 2
  quiet_downloads go -C "$module" test -json -vet=off -race -shuffle=on "$@" |
    tee "build/log/test-$name.json" | build/testreport ${verbose:+"$verbose"} -total build/log/test-total
}

# Some tests publish or receive with LiveKit's own clients.
step "LiveKit's clients for Node and browsers" node_sdk

# Packages that compile go-gst, which takes minutes, come last. Packages that measure time run one at a time, because another
# one beside them would disturb the measurement. The others mostly wait for encoders and servers, so two run at a time.
slow='/(integration|examples/pipelines)(/|$)'
alone='/(examples/pipelines|integration|integration/(soak|network|sound|timing))$'
# make test-browser runs what is left out here.
all=$(quiet_downloads go list ./... | grep -vE '/(integration/browser/publisher|examples/demo-web)$')
# Tests on impaired networks need root. Without root they are left out, but not in CI, where no test may be missing.
unable=
if [ "$(id -u)" != 0 ] && [ -z "${CI:-}" ]; then
  unable="Not run: the tests on networks that lose packets, because they need root for network namespaces and TUN devices."
  unable+=" Run them with: sudo -E go test ./integration/network/..."
  all=$(grep -vE '/integration/network(/link)?$' <<<"$all")
fi
if [ -n "$next" ]; then
  all=$(grep -E '/(internal/(application|room|subscriber)|stream|integration)(/|$)' <<<"$all")
fi
mapfile -t unit < <(grep -vE "$slow" <<<"$all")
mapfile -t timed < <(grep -E "$slow" <<<"$all" | grep -E "$alone")
mapfile -t waiting < <(grep -E "$slow" <<<"$all" | grep -vE "$alone")

# Compiling go-gst takes minutes, so it begins now, at the lowest priority: the unit tests often wait for servers. If it fails,
# the step that compiles the examples says why.
mapfile -t bindings < <(quiet_downloads go list -deps ./examples/... | grep '^github.com/go-gst/')
nice -n 19 go build -race "${bindings[@]}" >build/log/bindings.log 2>&1 &
ahead=$!
# shellcheck disable=SC2317 # step calls it
examples() {
  wait "$ahead" || true
  ahead=''
  quiet_downloads go build -race ./examples/pipelines/...
}

rc=0
step "unit tests" report unit . -timeout 5m "${flags[@]}" "${unit[@]}" || rc=1
[ -n "$next" ] || step "unit tests of tools/" report tools tools -timeout 1m "${flags[@]}" ./testreport || rc=1
verbose=-v
step "compile the examples (first time: go-gst takes some minutes)" examples || rc=1
step "integration tests, one package at a time" \
  report timed . -p 1 -timeout 15m "${flags[@]}" "${timed[@]}" || rc=1
step "integration tests, two at a time" \
  report waiting . -p 2 -timeout 15m "${flags[@]}" "${waiting[@]}" || rc=1

[ -n "$next" ] || step "tests that panic in each place where a panic could end the host program" \
  report panics . -timeout 10m -tags panics -run Panic "${flags[@]}" \
  ./internal/application ./internal/chain ./internal/room ./internal/sdk ./internal/signal ./internal/subscriber ./integration/guest || rc=1

read -r passed failed skipped < <(awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }' build/log/test-total)
if [ "$skipped" != 0 ]; then
  echo "$skipped skipped, named above"
fi
if [ -n "$unable" ]; then
  printf '%s\n' "$unable"
fi
printf '%d passed, %d failed\n' "$passed" "$failed" | tee build/log/test-sum
exit "$rc"
