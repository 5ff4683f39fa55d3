#!/bin/sh
# record-in-pieces.sh ROOM FILES SECONDS: records a room's first video as its publisher encoded it, in one file after the
# other, each that long. FILES has a %03d where the number goes. Ctrl-C ends the last one.
set -eu
usage='usage: record-in-pieces.sh ROOM FILES SECONDS'
room=${1:?$usage} files=${2:?$usage} seconds=${3:?$usage}

exec gst-launch-1.0 -e livekitsrc room="$room" ! \
  splitmuxsink muxer-factory=matroskamux location="$files" max-size-time="${seconds}000000000" send-keyframe-requests=true
