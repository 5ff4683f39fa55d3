#!/bin/sh
# listen.sh ROOM: plays the first sound that is published in a room. Ctrl-C ends it.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: listen.sh ROOM}

exec gst-launch-1.0 livekitaudiosrc room="$room" ! audioconvert ! autoaudiosink
