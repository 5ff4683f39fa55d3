package stream_test

import (
	"fmt"
	"image/color"
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/stream"
)

// TestColoursThatVP9TellsCount: red of BT.709 would be 233 of 255 as BT.601.
func TestColoursThatVP9TellsCount(t *testing.T) {
	t.Parallel()
	source := fmt.Sprintf("pattern=red ! video/x-raw,format=I420,colorimetry=bt709,width=%d,height=%d", width, height)
	newPlayer(t).publish(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP9, ClockRate: 90000},
		encode(t, source, "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=10"),
		&lksdk.TrackPublicationOptions{Source: camera, VideoWidth: width, VideoHeight: height})
	sub := join(t).NextSubscription(t)
	s := mustOpen(t)(stream.FromTrack(sub.Track, stream.WithPLIWriter(sub.Participant.WritePLI)))
	defer s.Close()
	frame := mustNext(t, s).Frame
	defer frame.Release()
	picture, err := frame.Image()
	if err != nil {
		t.Fatal(err)
	}
	converted, err := frame.Convert(caps.RGBA, false)
	if err != nil {
		t.Fatal(err)
	}
	pixels := mustData(t, converted)
	for how, got := range map[string]color.NRGBA{
		"Image":   color.NRGBAModel.Convert(picture.At(width/2, height/2)).(color.NRGBA),
		"Convert": {R: pixels[0], G: pixels[1], B: pixels[2], A: pixels[3]},
	} {
		if got.R < 247 || got.G > 8 || got.B > 8 {
			t.Errorf("%s: red is %v", how, got)
		}
	}
}
