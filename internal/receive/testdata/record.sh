#!/bin/sh
# Makes the recordings in this directory anew. See README.md. Needs gst-launch-1.0 with vp8enc and x264enc.
set -eu
cd "$(dirname "$0")"
frames=$(mktemp -d)
trap 'rm -rf "$frames"' EXIT

# record NAME ENCODER PAYLOADER: the RTP packets to NAME.rtp, the encoder's frames to NAME.frames. Two runs, which encode
# the same: behind a tee, rtpstreampay overwrites payloads that share memory with the frames.
# shellcheck disable=SC2059,SC2086 # the format is the byte; the parts of a pipeline are words
record() {
  rm -f "$frames"/*
  source="videotestsrc num-buffers=60 pattern=ball ! video/x-raw,width=160,height=120,framerate=30/1"
  gst-launch-1.0 -q $source ! $2 ! multifilesink location="$frames/%05d"
  gst-launch-1.0 -q $source ! $2 ! $3 ssrc=1 pt=96 seqnum-offset=1000 timestamp-offset=90000 \
    ! rtpstreampay ! filesink location="$1.rtp"
  # RFC 4571 again: each frame behind its length.
  for f in "$frames"/*; do
    size=$(stat -c %s "$f")
    printf "\\$(printf %o $((size / 256)))\\$(printf %o $((size % 256)))"
    cat "$f"
  done > "$1.frames"
}

vp8='vp8enc deadline=1 threads=1 keyframe-max-dist=30 target-bitrate=400000'
x264='x264enc tune=zerolatency key-int-max=30 bitrate=400 threads=1 option-string=slices=2 ! video/x-h264,stream-format=byte-stream,profile=constrained-baseline'

record vp8 "$vp8" 'rtpvp8pay mtu=200 picture-id-mode=15-bit picture-id-offset=32740'
record h264 "$x264" 'rtph264pay mtu=200 aggregate-mode=zero-latency'
record h264-single "$x264" 'rtph264pay mtu=200 aggregate-mode=none'
