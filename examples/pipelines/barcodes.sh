#!/bin/sh
# barcodes.sh ROOM: prints a message for each bar code or QR code that is seen in a room's first video. The message is
# called barcode. gst-launch-1.0 prints other messages, too.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: barcodes.sh ROOM}

exec gst-launch-1.0 -m livekitsrc room="$room" ! videoconvert ! zbar ! fakesink
