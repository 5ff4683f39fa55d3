#!/bin/sh
# hls.sh ROOM FOLDER: makes an HLS stream of a room's first H.264 video and its sound, for browsers and phones. The picture is as
# its publisher encoded it, the sound is AAC. Serve FOLDER with any web server, and play index.m3u8 there. The last ten segments
# are kept, and the next one begins with a key frame, which is requested from the publisher in time.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: hls.sh ROOM FOLDER} folder=${2:?usage: hls.sh ROOM FOLDER}

mkdir -p "$folder"
exec gst-launch-1.0 -e hlssink2 name=hls target-duration=4 playlist-length=5 max-files=10 \
  location="$folder/segment%05d.ts" playlist-location="$folder/index.m3u8" \
  livekitsrc room="$room" ! h264parse ! hls.video \
  livekitaudiosrc room="$room" ! audioconvert ! avenc_aac ! aacparse ! hls.audio
