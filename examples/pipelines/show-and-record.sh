#!/bin/sh
# show-and-record.sh ROOM FILE: shows a room's first video in a window, and records the same stream in Matroska as its publisher
# encoded it. Ctrl-C ends it; with -e the file is then finished.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: show-and-record.sh ROOM FILE} file=${2:?usage: show-and-record.sh ROOM FILE}

exec gst-launch-1.0 -e livekitsrc room="$room" ! tee name=t \
  t. ! queue ! matroskamux ! filesink location="$file" \
  t. ! queue ! decodebin ! videoconvert ! autovideosink
