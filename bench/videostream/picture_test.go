package main

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestReadPictureReadsEveryType(t *testing.T) {
	const width, height, value = 320, 180, 0xfedc1234
	known := testpicture.Known(width, height, testpicture.BT601, value)
	data := append(append(append([]byte{}, known.Y...), known.Cb...), known.Cr...)
	picture, err := stream.NewVideoFrame(caps.I420, width, height, data)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range caps.Types() {
		frame, err := picture.Convert(kind, false)
		if err != nil {
			t.Fatal(err)
		}
		want := int64(value)
		if kind == caps.I010 {
			want = record.Unreadable
		}
		if got := readPicture(frame); got != want {
			t.Errorf("%v: %#x, want %#x", kind, got, want)
		}
	}
}
