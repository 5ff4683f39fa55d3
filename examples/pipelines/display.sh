#!/bin/sh
# display.sh ROOM: shows the first video that is published in a room, in a window. Ctrl-C ends it.
# Server and keys come from LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, here and in the scripts beside this one.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: display.sh ROOM}

exec gst-launch-1.0 livekitsrc room="$room" ! videoconvert ! autovideosink
