#!/usr/bin/env bash
# root.sh: another Linux system in a folder of its own, .roots/SYSTEM-ARCH. It needs root. SYSTEM is jammy, noble,
# bookworm or trixie; ARCH is amd64 or arm64, which runs in qemu-user on a machine of another kind.
#   root.sh make SYSTEM ARCH              downloads the system, unless it is there
#   root.sh copy SYSTEM ARCH NAME         makes NAME a fresh copy of it, as .roots/NAME
#   root.sh run ROOT COMMAND...           runs a command in .roots/ROOT
# In a root that runs, /src is this checkout, Go and its modules are at their usual places, and /cache outlives the root. The
# network is this machine's. All mounts end with the command. The roots are not in build/, because GStreamer would take every
# library in there for a plugin. DEBIAN_MIRROR, UBUNTU_MIRROR and UBUNTU_PORTS_MIRROR say where to download from.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

roots=$root/.roots
keyring_package=pool/main/u/ubuntu-keyring/ubuntu-keyring_2021.03.26_all.deb
keyring_sum=0d0e7ed6b112f5d03eabf3c7eb01ebdacf9c57714b279e90495cfc58c8c4520f

# Debian has no keyring of Ubuntu, so it comes from Ubuntu and is checked here.
ubuntu_keyring() {
  local deb=$roots/ubuntu-keyring.deb
  [ ! -f "$roots/ubuntu-keyring.gpg" ] || return 0
  curl -fsS --retry 3 -o "$deb" "${UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}/$keyring_package" &&
    sha256sum -c --quiet <<<"$keyring_sum  $deb" &&
    dpkg-deb --fsys-tarfile "$deb" |
    tar -xO ./usr/share/keyrings/ubuntu-archive-keyring.gpg >"$roots/ubuntu-keyring.gpg"
}

# emulate ARCH: the kernel runs programs of this architecture with qemu, which it loads once, now (flag F), so that roots
# need no copy of it.
emulate() {
  local misc=/proc/sys/fs/binfmt_misc qemu
  [ "$1" != "$(dpkg --print-architecture)" ] || return 0
  [ "$1" = arm64 ] || die "root.sh: programs for $1 do not run on this machine."
  [ -f "$misc/register" ] || mount -t binfmt_misc none "$misc"
  if grep -qs '^enabled' "$misc/qemu-aarch64" && grep -qs '^flags:.*F' "$misc/qemu-aarch64"; then return 0; fi
  qemu=$(command -v qemu-aarch64-static) || die "root.sh: qemu-user-static is not installed."
  printf '%s' ":qemu-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:$qemu:F" \
    >"$misc/register"
}

# shellcheck disable=SC2317 # step calls it
download() {
  local system=$1 arch=$2 folder=$roots/$1-$2 mirror components=main keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  case $system-$arch in
  jammy-* | noble-*)
    ubuntu_keyring || return
    keyring=$roots/ubuntu-keyring.gpg components=main,universe
    mirror=${UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}
    [ "$arch" = amd64 ] || mirror=${UBUNTU_PORTS_MIRROR:-http://ports.ubuntu.com/ubuntu-ports}
    ;;
  *) mirror=${DEBIAN_MIRROR:-} ;; # without one, mmdebstrap's own choice
  esac
  emulate "$arch" || return
  rm -rf "$folder" "$folder.part"
  # A root can be made again, so dpkg need not wait for the disk.
  mmdebstrap --quiet --variant=minbase --include=apt --architectures="$arch" --components="$components" \
    --keyring="$keyring" --dpkgopt=force-unsafe-io --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
    "$system" "$folder.part" ${mirror:+"$mirror"} || return
  # A root has no services to start.
  printf '#!/bin/sh\nexit 101\n' >"$folder.part/usr/sbin/policy-rc.d"
  chmod 755 "$folder.part/usr/sbin/policy-rc.d"
  mv "$folder.part" "$folder"
}

[ "$(id -u)" = 0 ] || die "root.sh needs root, because it makes other systems in folders and changes into them. Run it with sudo -E."
mkdir -p "$roots/cache"
case ${1:-} in
make)
  [ -x "$roots/$2-$3/usr/bin/apt-get" ] || step "$2 for $3, downloaded once" download "${@:2}"
  ;;
copy)
  rm -rf "$roots/${4:?}"
  cp -a --reflink=auto "$roots/$2-$3" "$roots/$4"
  ;;
run)
  folder=$roots/$2
  emulate "$(dpkg --admindir="$folder/var/lib/dpkg" --print-architecture)"
  shift 2
  mkdir -p "$folder/src" "$folder/go" "$folder/usr/local/go" "$folder/cache"
  cp /etc/resolv.conf "$folder/etc/resolv.conf"
  # A program finds the server that its caller has named.
  mapfile -t passed < <(env | grep -E '^(LIVEKIT|GST)_' | grep -vE '^GST_(PLUGIN|REGISTRY)')
  gomod=$(go env GOMODCACHE) goroot=$(go env GOROOT)
  # shellcheck disable=SC2016 # the inner shell expands these
  exec unshare --mount --propagation private bash -ec '
    folder=$1 src=$2 goroot=$3 gomod=$4 cache=$5
    shift 5
    mount -t proc proc "$folder/proc"
    mount -t sysfs -o ro sysfs "$folder/sys"
    mount --rbind /dev "$folder/dev"
    mount --bind "$src" "$folder/src"
    mount --bind "$goroot" "$folder/usr/local/go"
    mount --bind "$gomod" "$folder/go"
    mount --bind "$cache" "$folder/cache"
    exec chroot "$folder" "$@"' root "$folder" "$root" "$goroot" "$gomod" "$roots/cache" \
    env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    GOMODCACHE=/go GOCACHE=/cache/go-build GOPROXY=off GOTOOLCHAIN=local GOFLAGS=-mod=readonly "${passed[@]}" "$@"
  ;;
*) die "usage: root.sh make SYSTEM ARCH | copy SYSTEM ARCH NAME | run ROOT COMMAND..." ;;
esac
