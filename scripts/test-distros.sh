#!/usr/bin/env bash
# test-distros.sh [SYSTEM-ARCH...]: installs the Debian package on each Linux system that it is for, and plays live tracks there.
# The systems are folders in .roots, downloaded once. It needs root, and builds the package with scripts/package.sh.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

systems=("$@")
if [ ${#systems[@]} = 0 ]; then
  systems=(jammy-amd64 noble-amd64 bookworm-amd64 trixie-amd64 jammy-arm64 noble-arm64 bookworm-arm64 trixie-arm64)
fi
mapfile -t arches < <(printf '%s\n' "${systems[@]##*-}" | sort -u)
scripts/package.sh "${arches[@]}"

# prepare SYSTEM-ARCH: a system with the package, and what it depends on and recommends. What is downloaded stays; the package
# itself is installed anew.
# shellcheck disable=SC2317 # step calls it
prepare() {
  local name=$1 arch=${1##*-} deb
  scripts/root.sh make "${name%-*}" "$arch" || return
  deb=$(cd build/dist && ls gstreamer1.0-livekit_*_"$arch".deb) || return
  cp "build/dist/$deb" "$root/.roots/$name/tmp/" &&
    scripts/root.sh run "$name" sh -ec "apt-get -q update
      apt-get -q -y --no-install-recommends install gstreamer1.0-tools gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav
      apt-get -q -y --no-install-recommends install --reinstall --allow-downgrades /tmp/$deb
      rm -rf /root/.cache/gstreamer-1.0" </dev/null >"build/log/root-$name.log" 2>&1 ||
    { tail -n 20 "build/log/root-$name.log" >&2; return 1; }
}

mkdir -p build/log
for name in "${systems[@]}"; do
  step "install the package on $name" prepare "$name"
done

export LIVEKIT_SERVER=$root/build/livekit-server GST_PLUGIN_PATH=$root/build GST_REGISTRY=$root/build/registry-test.bin
export G_DEBUG=fatal-criticals
unset LIVEKIT_URL LIVEKIT_TOKEN LIVEKIT_API_KEY LIVEKIT_API_SECRET
export DISTRO_ROOTS="${systems[*]}"
read -ra flags <<<"${TESTFLAGS:-}"
step "play live tracks on each of them" quiet_downloads \
  go test -count=1 -v -timeout 60m -tags distros "${flags[@]}" ./integration/distros
