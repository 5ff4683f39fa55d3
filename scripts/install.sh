#!/usr/bin/env bash
# install.sh install|uninstall: puts the plugin into GStreamer's plugin folder, or removes it from there.
#   a normal user     ${XDG_DATA_HOME:-~/.local/share}/gstreamer-1.0/plugins
#   root              the system's plugin folder
#   PREFIX=dir        the system's plugin folder, moved under dir
#   DESTDIR=dir       any of these, moved under dir, for packagers; nothing is run from there
# Under sudo it installs the file that make build has made, so that root builds nothing in a user's checkout.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

prefix=${PREFIX:-} destdir=${DESTDIR:-}
system=

# locate: finds out where the file goes. It needs pkg-config, which scripts/deps.sh installs.
locate() {
  if [ -n "$prefix" ] || [ "$(id -u)" = 0 ]; then
    system=$(pkg-config --variable=pluginsdir gstreamer-1.0)
  fi
  if [ -n "$prefix" ]; then
    folder=$(pkg-config --define-variable=prefix="$prefix" --variable=pluginsdir gstreamer-1.0)
  else
    folder=${system:-${XDG_DATA_HOME:-$HOME/.local/share}/gstreamer-1.0/plugins}
  fi
  file=$destdir$folder/libgstlivekit.so
}

# check [NAME=VALUE...]: fails if GStreamer does not load the plugin. gst-inspect-1.0 --exists would also compare versions.
check() {
  env "$@" gst-inspect-1.0 livekitsrc >/dev/null ||
    die "GStreamer does not find livekitsrc in $folder." \
      "Look for the reason with: GST_DEBUG=GST_PLUGIN_LOADING:5 gst-inspect-1.0 $file"
}

case ${1:-} in
install)
  if [ -n "${SUDO_UID:-}" ] && [ "$(id -u)" = 0 ]; then
    [ -f build/libgstlivekit.so ] || die "There is no build/libgstlivekit.so: run make build as yourself first."
    scripts/deps.sh run
  elif [ -n "$destdir" ]; then
    scripts/deps.sh build
    scripts/build.sh plugin
  else
    scripts/deps.sh build run
    scripts/build.sh plugin
  fi
  locate
  install -D -m 755 build/libgstlivekit.so "$file"
  echo "installed $file"
  if [ -n "$destdir" ]; then
    exit
  fi
  if [ -n "$prefix" ] && [ "$folder" != "$system" ]; then
    check GST_PLUGIN_PATH="$folder" GST_REGISTRY="$root/build/registry-prefix.bin"
    echo "GStreamer does not search this folder by itself: export GST_PLUGIN_PATH=$folder"
  else
    check
    echo "gst-inspect-1.0 livekitsrc finds it"
  fi
  ;;
uninstall)
  locate
  if [ -e "$file" ]; then
    rm "$file"
    echo "removed $file"
  else
    echo "nothing to remove: there is no $file"
  fi
  ;;
*) die "usage: install.sh install|uninstall" ;;
esac
