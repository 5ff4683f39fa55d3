#!/bin/sh
# speech.sh ROOM | PROGRAM: feeds a program with a room's first sound as speech recognition wants it: samples of 16 bits, the
# lower byte first, 16000 a second, one channel.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: speech.sh ROOM | PROGRAM}

# The samples go to file descriptor 3, so that messages of gst-launch-1.0 do not mix with them.
exec gst-launch-1.0 -q livekitaudiosrc room="$room" ! \
  audio/x-raw,format=S16LE,rate=16000,channels=1 ! fdsink fd=3 3>&1 1>&2
