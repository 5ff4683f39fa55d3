#!/bin/sh
# raw-rgb.sh ROOM WIDTH HEIGHT | PROGRAM: feeds a program with the pixels of a room's first video, as RGB, scaled to one size.
# WIDTH is a multiple of 4: then rows have no padding, and a frame is WIDTH*HEIGHT*3 bytes.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
usage='usage: raw-rgb.sh ROOM WIDTH HEIGHT | PROGRAM'
room=${1:?$usage} width=${2:?$usage} height=${3:?$usage}

# The pixels go to file descriptor 3, so that messages of gst-launch-1.0 do not mix with them.
exec gst-launch-1.0 -q livekitsrc room="$room" ! videoscale ! \
  video/x-raw,format=RGB,width="$width",height="$height" ! fdsink fd=3 3>&1 1>&2
