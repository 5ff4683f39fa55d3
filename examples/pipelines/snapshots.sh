#!/bin/sh
# snapshots.sh ROOM FOLDER SECONDS: saves a picture of a room's first video as a PNG every so many seconds.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
usage='usage: snapshots.sh ROOM FOLDER SECONDS'
room=${1:?$usage} folder=${2:?$usage} seconds=${3:?$usage}

mkdir -p "$folder"
exec gst-launch-1.0 -e livekitsrc room="$room" ! videorate ! video/x-raw,framerate="1/$seconds" ! \
  videoconvert ! pngenc ! multifilesink location="$folder/%05d.png"
