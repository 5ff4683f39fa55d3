#!/bin/sh
# record-in-pieces.sh ROOM FILES SECONDS: records a room's first video as its publisher encoded it, in files of that many
# seconds each. FILES is a name with %03d in place of the file's number. Ctrl-C ends the last file.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
usage='usage: record-in-pieces.sh ROOM FILES SECONDS'
room=${1:?$usage} files=${2:?$usage} seconds=${3:?$usage}

exec gst-launch-1.0 -e livekitsrc room="$room" ! \
  splitmuxsink muxer-factory=matroskamux location="$files" max-size-time="${seconds}000000000" send-keyframe-requests=true
