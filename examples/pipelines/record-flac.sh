#!/bin/sh
# record-flac.sh ROOM FILE: records a room's first sound as a FLAC file, which is half the size of a WAV file and loses nothing.
# Ctrl-C ends it; with -e the file is then finished.
set -eu
[ "${1-}" != --help ] || exec sed -n '2,/^set/s/^# //p' "$0"
room=${1:?usage: record-flac.sh ROOM FILE} file=${2:?usage: record-flac.sh ROOM FILE}

exec gst-launch-1.0 -e livekitaudiosrc room="$room" ! flacenc ! filesink location="$file"
