#!/bin/sh
# record-untouched.sh ROOM FILE: records a room's first video in Matroska as its publisher encoded it. Ctrl-C ends it;
# with -e the file is then finished. Nothing is decoded, so it needs next to no CPU. A file has one picture size.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: record-untouched.sh ROOM FILE} file=${2:?usage: record-untouched.sh ROOM FILE}

exec gst-launch-1.0 -e livekitsrc room="$room" ! matroskamux ! filesink location="$file"
