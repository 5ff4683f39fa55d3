#!/bin/sh
# record-opus.sh ROOM FILE: records a room's first sound in an Ogg file as its publisher encoded it: nothing is decoded. Ctrl-C
# ends it; with -e the file is then finished.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: record-opus.sh ROOM FILE} file=${2:?usage: record-opus.sh ROOM FILE}

exec gst-launch-1.0 -e livekitaudiosrc room="$room" ! oggmux ! filesink location="$file"
