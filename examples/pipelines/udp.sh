#!/bin/sh
# udp.sh ROOM HOST PORT: sends a room's first video on as H.264 in an MPEG transport stream over UDP.
# Watch it with: ffplay udp://HOST:PORT
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
usage='usage: udp.sh ROOM HOST PORT'
room=${1:?$usage} host=${2:?$usage} port=${3:?$usage}

# A receiver may start at any time, so there is a key frame every 60 frames, with the parameter sets.
exec gst-launch-1.0 livekitsrc room="$room" ! videoconvert ! \
  x264enc tune=zerolatency speed-preset=veryfast key-int-max=60 ! h264parse config-interval=-1 ! \
  mpegtsmux alignment=7 ! udpsink host="$host" port="$port"
