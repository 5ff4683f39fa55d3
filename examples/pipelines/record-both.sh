#!/bin/sh
# record-both.sh ROOM PARTICIPANT FILE: records picture and sound of a participant in Matroska as its publisher encoded them.
# Ctrl-C ends it; with -e the file is then finished.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
usage='usage: record-both.sh ROOM PARTICIPANT FILE'
room=${1:?$usage} participant=${2:?$usage} file=${3:?$usage}

exec gst-launch-1.0 -e matroskamux name=m ! filesink location="$file" \
  livekitsrc room="$room" participant="$participant" ! m. \
  livekitaudiosrc room="$room" participant="$participant" ! m.
