#!/usr/bin/env bash
# deps.sh SET...: installs the Debian packages that are missing from these sets of tools/debian-packages.txt, and checks Go.
# It skips the set "display" on a machine without one, and the set "node" if node and npm are there already.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

sets=()
for set in "$@"; do
  case $set in
  display) [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || continue ;;
  node) if command -v node >/dev/null && command -v npm >/dev/null; then continue; fi ;;
  esac
  sets+=("$set")
done
if [ ${#sets[@]} = 0 ]; then
  exit
fi

case " ${sets[*]} " in *" build "*) need_go ;; esac

gstreamer_version() {
  pkg-config --atleast-version=1.20 gstreamer-1.0 ||
    die "GStreamer 1.20 or newer is needed; this one is $(pkg-config --modversion gstreamer-1.0 2>/dev/null || echo unknown)."
}

# Prints what a set lacks on a system without dpkg, in words that every distribution's package search understands.
lacking() {
  local command element module
  case $1 in
  build)
    for command in gcc pkg-config gst-inspect-1.0; do
      command -v "$command" >/dev/null || echo "the command $command"
    done
    for module in gstreamer-1.0 gstreamer-app-1.0 gstreamer-video-1.0 gstreamer-audio-1.0 opus; do
      pkg-config --exists "$module" 2>/dev/null || echo "development files of $module"
    done
    ;;
  run)
    for element in videoconvert vp8enc vp8dec x264enc h264parse avdec_h264 matroskamux pngenc autovideosink; do
      gst-inspect-1.0 "$element" >/dev/null 2>&1 || echo "the GStreamer element $element"
    done
    ;;
  test)
    for command in ffprobe gst-discoverer-1.0 Xvfb dot ip chromium; do
      command -v "$command" >/dev/null || echo "the command $command"
    done
    ;;
  node)
    for command in node npm; do
      command -v "$command" >/dev/null || echo "the command $command"
    done
    ;;
  lint)
    for command in $(packages lint); do
      command -v "$command" >/dev/null || echo "the command $command"
    done
    ;;
  esac
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  lacks=$(for set in "${sets[@]}"; do lacking "$set"; done | sort -u)
  if [ -n "$lacks" ]; then
    die "This is not Debian or a relative of it, so install these with your package manager, then try again:" \
      "" "$lacks" "" "(On Debian they come from: $(packages "${sets[@]}" | sort -u | tr '\n' ' '))"
  fi
  case " ${sets[*]} " in *" build "*) gstreamer_version ;; esac
  exit
fi

mapfile -t wanted < <(packages "${sets[@]}" | sort -u)
installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
  if ! grep -qE "^.i  ?$package\$" <<<"$installed"; then
    missing+=("$package")
  fi
done

if [ ${#missing[@]} -gt 0 ]; then
  install="apt-get install -y --no-install-recommends ${missing[*]}"
  as_root=(env)
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then
      as_root=(sudo -n env)
    elif command -v sudo >/dev/null && [ -t 0 ] && [ -z "${CI:-}" ]; then
      printf 'Debian packages are missing: %s\nsudo asks for your password to install them.\n' "${missing[*]}"
      sudo -v || die "Without sudo, run this as root, then try again:" "" "    apt-get update && $install" ""
      as_root=(sudo -n env)
    else
      die "Debian packages are missing, and installing them takes root or sudo. Run this as root, then try again:" "" \
        "    apt-get update && $install" ""
    fi
  fi
  apt=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  mkdir -p build/log
  log=build/log/apt.log
  logged() { "$@" </dev/null >>"$log" 2>&1; }
  : >"$log"
  # After a failed update it goes on: the source that is broken may be another one than Debian's.
  step "read the package lists" logged "${apt[@]}" update || true
  step "install ${missing[*]}" logged "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || {
    tail -n 20 "$log" >&2
    die "" "apt-get failed. Its whole output is in $log; the command was:" "" "    apt-get update && $install" ""
  }
fi
case " ${sets[*]} " in *" build "*) gstreamer_version ;; esac
