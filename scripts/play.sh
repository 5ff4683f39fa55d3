#!/usr/bin/env bash
# play.sh [server]: installs and builds what is missing, then runs a server and publishers until Ctrl-C; with "server", only that.
# CODEC, PARTICIPANTS, SIMULCAST, KEY, ENCRYPTED and CAMERA say what is published; see `make help`.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

flags=()
if [ "${1:-}" = server ]; then
  flags+=(-participants 0)
else
  flags+=(-codec "${CODEC:-vp8}" -participants "${PARTICIPANTS:-2}")
  [ -z "${SIMULCAST:-}" ] || flags+=(-simulcast)
  [ -z "${ENCRYPTED:-}" ] || KEY=${KEY:-secret}
  [ -z "${KEY:-}" ] || flags+=(-key "$KEY")
  if [ -n "${CAMERA:-}" ]; then
    [ -c "$CAMERA" ] || die "There is no camera at CAMERA=$CAMERA. This machine has: $(compgen -G '/dev/video*' || echo none)"
    flags+=(-camera "$CAMERA")
  fi
fi

writable build/play
scripts/deps.sh build run display
server=$(livekit_server)
scripts/build.sh plugin play

export GST_REGISTRY=$root/build/registry.bin
exec build/play-runner "${flags[@]}" -server "$server" -out build/play -plugins "$root/build"
