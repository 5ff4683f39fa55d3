#!/usr/bin/env bash
# test-distros.sh [SYSTEM-ARCH...] [image]: installs the Debian package on each Linux system that it is for, and plays live tracks
# there; and records in the image of the Dockerfile. Without arguments it does all of that.
# The systems are folders in .roots, downloaded once. It needs root, and builds the package with scripts/package.sh.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

systems=("$@")
if [ ${#systems[@]} = 0 ]; then
  systems=(jammy-amd64 noble-amd64 bookworm-amd64 trixie-amd64 bookworm-arm64 trixie-arm64 image)
fi
# The image is no system with a package, and only Debian 13 has the GStreamer of examples/gst126.
skip=(-skip '^(TestImage|TestGo126)')
for i in "${!systems[@]}"; do
  if [ "${systems[i]}" = image ]; then
    unset "systems[i]"
    skip=(-skip '^TestGo126')
    step "image" scripts/image.sh
    [ ${#systems[@]} != 0 ] || skip=(-run '^TestImage')
  fi
done
mapfile -t arches < <(printf '%s\n' "${systems[@]##*-}" | sort -u | sed '/^$/d')
[ ${#arches[@]} = 0 ] || scripts/package.sh "${arches[@]}"

# prepare SYSTEM-ARCH: a system with the package, and what it depends on and recommends. What is downloaded stays; the package
# itself is installed anew.
# shellcheck disable=SC2317 # step calls it
prepare() {
  local name=$1 arch=${1##*-} test=test-$1 deb
  deb=$(cd build/dist && ls gstreamer1.0-livekit_*_"$arch".deb) && scripts/root.sh make "${name%-*}" "$arch" || return
  if [ ! -f ".roots/$test/complete" ]; then
    scripts/root.sh copy "${name%-*}" "$arch" "$test" &&
      scripts/root.sh run "$test" apt-get -q update &&
      scripts/root.sh run "$test" apt-get -q -y --no-install-recommends install gstreamer1.0-tools gstreamer1.0-plugins-base \
        gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav &&
      : >".roots/$test/complete" || return
  fi
  cp "build/dist/$deb" ".roots/$test/tmp/" &&
    scripts/root.sh run "$test" apt-get -q -y --no-install-recommends --reinstall install "/tmp/$deb" &&
    rm -rf ".roots/$test/root/.cache" &&
    scripts/root.sh run "$test" gst-inspect-1.0 livekitsrc # loads every plugin once, which takes an emulated system up to a minute
}

mkdir -p build/log
for name in "${systems[@]}"; do
  step "install the package on $name" prepare "$name" </dev/null >"build/log/root-$name.log" 2>&1 ||
    die "The package is not installed on $name:" "$(tail -n 20 "build/log/root-$name.log")"
  echo "installed on $name"
done

# A Go program with the bindings for GStreamer 1.26, which take minutes to compile the first time.
# shellcheck disable=SC2317 # step calls it
go126() {
  go -C examples/gst126 mod download &&
    scripts/root.sh run test-trixie-amd64 apt-get -q -y --no-install-recommends install gcc libc6-dev pkgconf \
      libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libopus-dev </dev/null >build/log/go126.log 2>&1 &&
    scripts/root.sh run test-trixie-amd64 env -C /src/examples/gst126 go vet . &&
    scripts/root.sh run test-trixie-amd64 env -C /src/examples/gst126 go build -trimpath -buildvcs=false -o /cache/gst126 .
}
if [[ " ${systems[*]} " == *" trixie-amd64 "* ]]; then
  step "examples/gst126" go126
  skip=("${skip[@]/|TestGo126/}")
  [ "${skip[1]}" != '^TestGo126' ] || skip=()
fi

export LIVEKIT_SERVER=$root/build/livekit-server GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
export G_DEBUG=fatal-criticals
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET
export DISTRO_ROOTS="${systems[*]/#/test-}"
read -ra flags <<<"${TESTFLAGS:-}"
step "play live tracks on each of them" quiet_downloads \
  go test -count=1 -v -timeout 60m -tags distros "${skip[@]}" "${flags[@]}" ./integration/distros
