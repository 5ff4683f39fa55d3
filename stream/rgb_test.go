package stream_test

import (
	"bytes"
	"fmt"
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

func mustData(t *testing.T, f *stream.VideoFrame) []byte {
	t.Helper()
	data, err := f.Data()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestRGBIsWhatConvertMakesOfTheDecodersFrame has decoders give what is converted by code of ours (8-bit YUV), by
// GStreamer in Next (I420 of 10 bits), and behind the decoder first, because it is none of LiveKit's types.
func TestRGBIsWhatConvertMakesOfTheDecodersFrame(t *testing.T) {
	t.Parallel()
	const encoder = "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! video/x-h264,stream-format=byte-stream,alignment=au"
	for name, test := range map[string]struct {
		format, colorimetry string               // of GStreamer
		decoded             caps.VideoBufferType // -1: GStreamer's choice
	}{
		"I420":                   {"I420", "bt601", caps.I420},
		"I420 of BT.709":         {"I420", "bt709", caps.I420},
		"Y444":                   {"Y444", "bt601", caps.I444},
		"I420_10LE":              {"I420_10LE", "bt601", caps.I010},
		"I422_10LE, not of ours": {"I422_10LE", "bt601", -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := fmt.Sprintf("pattern=smpte75 ! video/x-raw,format=%s,colorimetry=%s,width=%d,height=%d",
				test.format, test.colorimetry, width, height)
			newPlayer(t).publish(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000},
				encode(t, source, encoder), &lksdk.TrackPublicationOptions{Source: camera, VideoWidth: width, VideoHeight: height})
			sub := join(t).NextSubscription(t)
			for _, format := range []caps.VideoBufferType{caps.RGBA, caps.ABGR, caps.ARGB, caps.BGRA, caps.RGB24} {
				checkRGB(t, sub, format, test.decoded)
			}
		})
	}
}

// checkRGB reads a track twice, and compares some of the frames that both have.
func checkRGB(t *testing.T, sub roomtest.Subscription, format, decoded caps.VideoBufferType) {
	t.Helper()
	options := []stream.Option{stream.WithPLIWriter(sub.Participant.WritePLI), stream.WithCapacity(stream.Unbounded)}
	asDecoded := mustOpen(t)(stream.FromTrack(sub.Track, options...))
	defer asDecoded.Close()
	rgb := mustOpen(t)(stream.FromTrack(sub.Track, append(options, stream.WithFormat(format))...))
	defer rgb.Close()
	one, other := mustNext(t, asDecoded), mustNext(t, rgb)
	for compared := 0; compared < 3; {
		switch behind := int32(one.RTPTimestamp - other.RTPTimestamp); {
		case behind < 0:
			one.Frame.Release()
			one = mustNext(t, asDecoded)
			continue
		case behind > 0:
			other.Frame.Release()
			other = mustNext(t, rgb)
			continue
		}
		compared++
		if decoded.Valid() && one.Frame.Type != decoded || other.Frame.Type != format {
			t.Fatalf("frames are %v and %v, want %v and %v", one.Frame.Type, other.Frame.Type, decoded, format)
		}
		want, err := one.Frame.Convert(format, false)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(mustData(t, other.Frame), mustData(t, want)) {
			t.Errorf("%v is not what Convert makes of %v", format, one.Frame.Type)
		}
		one.Frame.Release()
		other.Frame.Release()
		one, other = mustNext(t, asDecoded), mustNext(t, rgb)
	}
}

func TestMemoryOfReleasedRGBIsUsedAgain(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t, stream.WithFormat(caps.RGBA))
	used := map[*byte]bool{}
	for range 20 {
		f := mustNext(t, s).Frame
		used[&f.Planes()[0].Data[0]] = true
		f.Release()
	}
	if len(used) != 1 {
		t.Errorf("20 frames, one after another, had %d memories", len(used))
	}
}

func TestHeldRGBStaysAsItIs(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{})
	s := join(t).fromPublisher(t, stream.WithFormat(caps.BGRA))
	held := mustNext(t, s).Frame
	before := mustData(t, held)
	for range 10 {
		f := mustNext(t, s).Frame
		if bytes.Equal(mustData(t, f), before) {
			t.Fatal("the picture does not move: this would not tell a held frame from a new one")
		}
		f.Release()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(mustData(t, held), before) {
		t.Error("the frame changed while it was held")
	}
	held.Release()
}
