#!/bin/sh
# Makes the recordings in this directory anew. See README.md. Needs gst-launch-1.0 with the encoders below, and for vp9-svc
# a C compiler and libvpx's headers.
set -eu
cd "$(dirname "$0")"
buffers=$(mktemp -d)
trap 'rm -rf "$buffers"' EXIT

source="videotestsrc num-buffers=60 pattern=ball ! video/x-raw,width=160,height=120,framerate=30/1"

# framed FILE PIPELINE: what the source becomes in the pipeline, each buffer behind its length (RFC 4571), to FILE.
# shellcheck disable=SC2059,SC2086 # the format is the byte; the parts of a pipeline are words
framed() {
  rm -f "$buffers"/*
  gst-launch-1.0 -q $source ! $2 ! multifilesink location="$buffers/%05d"
  for f in "$buffers"/*; do
    size=$(stat -c %s "$f")
    printf "\\$(printf %o $((size / 256)))\\$(printf %o $((size % 256)))"
    cat "$f"
  done > "$1"
}

# record NAME ENCODER PAYLOADER: the RTP packets to NAME.rtp, the encoder's frames to NAME.frames. Two runs, which encode
# the same. identity takes apart the lists in which payloaders send their buffers, and of which a sink makes one file.
record() {
  framed "$1.frames" "$2"
  framed "$1.rtp" "$2 ! $3 ssrc=1 pt=96 seqnum-offset=1000 timestamp-offset=90000 ! identity"
}

vp8='vp8enc deadline=1 threads=1 keyframe-max-dist=30 target-bitrate=400000'
vp9='vp9enc deadline=1 cpu-used=8 threads=1 lag-in-frames=0 keyframe-max-dist=30 target-bitrate=400000'
av1='av1enc usage-profile=realtime cpu-used=8 threads=1 lag-in-frames=0 keyframe-max-dist=30 target-bitrate=400 ! video/x-av1,stream-format=obu-stream,alignment=tu'
x264='x264enc tune=zerolatency key-int-max=30 bitrate=400 threads=1 option-string=slices=2 ! video/x-h264,stream-format=byte-stream,profile=constrained-baseline'
x265='x265enc tune=zerolatency speed-preset=ultrafast key-int-max=30 bitrate=200 option-string=slices=2:bframes=0:scenecut=0:open-gop=0:info=0:pools=1:frame-threads=1 ! h265parse config-interval=-1 ! video/x-h265,stream-format=byte-stream,alignment=au'

record vp8 "$vp8" 'rtpvp8pay mtu=200 picture-id-mode=15-bit picture-id-offset=32740'
record vp9 "$vp9" 'rtpvp9pay mtu=200 picture-id-mode=15-bit'
record h264 "$x264" 'rtph264pay mtu=200 aggregate-mode=zero-latency'
record h264-single "$x264" 'rtph264pay mtu=200 aggregate-mode=none'
record h265 "$x265" 'rtph265pay mtu=200 aggregate-mode=zero-latency'
record h265-single "$x265" 'rtph265pay mtu=200 aggregate-mode=none'
framed av1.frames "$av1"

cc -o "$buffers/vp9svc" vp9svc.c -lvpx
"$buffers/vp9svc" > vp9-svc.frames
