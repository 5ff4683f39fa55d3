#!/bin/sh
# record.sh ROOM FILE: records a room's first video as H.264 in Matroska. Ctrl-C ends it; with -e the file
# is then finished. A file has one picture size and one colour format, even when the publisher changes its own.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: record.sh ROOM FILE} file=${2:?usage: record.sh ROOM FILE}

exec gst-launch-1.0 -e livekitsrc room="$room" ! videoconvert ! videoscale add-borders=true ! \
  video/x-raw,format=I420,width=1280,height=720,pixel-aspect-ratio=1/1,colorimetry=bt709 ! \
  x264enc tune=zerolatency speed-preset=veryfast ! h264parse ! matroskamux ! filesink location="$file"
