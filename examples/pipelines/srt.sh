#!/bin/sh
# srt.sh ROOM URI: sends a room's first H.264 video and its sound, both as their publisher encoded them, over SRT to a listener,
# such as srt://example.com:7001.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: srt.sh ROOM URI} uri=${2:?usage: srt.sh ROOM URI}

exec gst-launch-1.0 -e mpegtsmux name=m alignment=7 ! srtsink uri="$uri" \
  livekitsrc room="$room" ! h264parse config-interval=-1 ! m. \
  livekitaudiosrc room="$room" ! opusparse ! m.
