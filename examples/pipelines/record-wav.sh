#!/bin/sh
# record-wav.sh ROOM FILE: records a room's first sound as a WAV file. Ctrl-C ends it; with -e the file is then finished.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: record-wav.sh ROOM FILE} file=${2:?usage: record-wav.sh ROOM FILE}

exec gst-launch-1.0 -e livekitaudiosrc room="$room" ! wavenc ! filesink location="$file"
