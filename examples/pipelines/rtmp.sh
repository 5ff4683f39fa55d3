#!/bin/sh
# rtmp.sh ROOM URL: sends a room's first H.264 video, as its publisher encoded it, and its sound as AAC to an RTMP server, such as
# rtmp://example.com/live/key.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: rtmp.sh ROOM URL} url=${2:?usage: rtmp.sh ROOM URL}

exec gst-launch-1.0 -e flvmux name=m streamable=true latency=300000000 ! rtmp2sink location="$url" \
  livekitsrc room="$room" ! h264parse ! m.video \
  livekitaudiosrc room="$room" ! audioconvert ! avenc_aac ! aacparse ! m.audio
