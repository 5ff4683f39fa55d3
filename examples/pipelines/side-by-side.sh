#!/bin/sh
# side-by-side.sh ROOM LEFT RIGHT FILE: records two participants, by their identities, beside each other. Ctrl-C ends it.
# The compositor paints from the start; each participant appears with the first picture that arrives.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
usage='usage: side-by-side.sh ROOM LEFT RIGHT FILE'
room=${1:?$usage} left=${2:?$usage} right=${3:?$usage} file=${4:?$usage}

exec gst-launch-1.0 -e compositor name=wall background=black sink_1::xpos=640 ! \
  video/x-raw,format=I420,width=1280,height=360,framerate=30/1,colorimetry=bt709 ! \
  x264enc tune=zerolatency speed-preset=veryfast ! h264parse ! matroskamux ! filesink location="$file" \
  livekitsrc room="$room" participant="$left" ! videoscale add-borders=true ! \
  video/x-raw,width=640,height=360,pixel-aspect-ratio=1/1 ! wall.sink_0 \
  livekitsrc room="$room" participant="$right" ! videoscale add-borders=true ! \
  video/x-raw,width=640,height=360,pixel-aspect-ratio=1/1 ! wall.sink_1
