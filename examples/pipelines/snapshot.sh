#!/bin/sh
# snapshot.sh ROOM FILE: saves one picture of a room's first video as a PNG, then ends.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: snapshot.sh ROOM FILE} file=${2:?usage: snapshot.sh ROOM FILE}

exec gst-launch-1.0 livekitsrc room="$room" ! videoconvert ! pngenc snapshot=true ! filesink location="$file"
