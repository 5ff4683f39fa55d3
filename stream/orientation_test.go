package stream_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	pionrtp "github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// LiveKit's server negotiates no video orientation, so a plain pion peer sends it.
func TestRotationOfTheVideoOrientationExtension(t *testing.T) {
	t.Parallel()
	extensions := []struct {
		extension byte // 3GPP TS 26.114 section 7.4.5
		rotation  stream.Rotation
		mirrored  bool
	}{
		{0, 0, false},
		{1, 90, false},
		{2, 180, false},
		{3, 270, false},
		{4, 0, true},
		{8 | 1, 90, false},
	}
	p := newPeer(t)
	var id uint8
	for _, extension := range p.sender.GetParameters().HeaderExtensions {
		if extension.URI == rtp.VideoOrientationURI {
			id = uint8(extension.ID)
		}
	}
	// They are sent at once, and more than half a second of video would be taken for old.
	units := record(t, webrtc.MimeTypeVP8, 320, 180)[:12]
	packetizer := pionrtp.NewPacketizer(1200, payloadVP8, uint32(p.ssrc), &codecs.VP8Payloader{}, p.sequencer, 90000)
	for i, unit := range units {
		packets := packetizer.Packetize(unit, 3000)
		last := packets[len(packets)-1]
		if err := last.SetExtension(id, []byte{extensions[i%len(extensions)].extension}); err != nil {
			t.Fatal(err)
		}
		for _, packet := range packets {
			if _, err := p.writer.WriteRTP(&packet.Header, packet.Payload); err != nil {
				t.Fatal(err)
			}
		}
	}

	s := mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "the track"),
		stream.WithRTPReceiver(mustReceive(t, p.receiver, "the receiver")), stream.WithCapacity(stream.Unbounded)))
	for i := range units {
		event := mustNext(t, s)
		event.Frame.Release()
		want := extensions[i%len(extensions)]
		if event.Rotation != want.rotation || event.Mirrored != want.mirrored {
			t.Errorf("frame %d: rotation %d, mirrored %v; want %d, %v", i, event.Rotation, event.Mirrored, want.rotation, want.mirrored)
		}
	}
}

// orientations are display orientation messages and what becomes of them.
var orientations = []struct {
	message  testpublisher.Orientation
	rotation stream.Rotation
	mirrored bool
}{
	{testpublisher.Orientation{}, 0, false},
	{testpublisher.Orientation{Anticlockwise: 90}, 270, false},
	{testpublisher.Orientation{Anticlockwise: 180}, 180, false},
	{testpublisher.Orientation{Anticlockwise: 270}, 90, false},
	{testpublisher.Orientation{HorizontalFlip: true}, 0, true},
	{testpublisher.Orientation{HorizontalFlip: true, Anticlockwise: 90}, 270, true},
	{testpublisher.Orientation{VerticalFlip: true}, 180, true},
	{testpublisher.Orientation{HorizontalFlip: true, VerticalFlip: true}, 180, false},
}

// orientation is what a picture is to be turned by, and why.
type orientation struct {
	rotation stream.Rotation
	mirrored bool
	because  string
}

// checkOrientations reads until a picture was seen for each of so many reasons, and a few more.
func checkOrientations(t *testing.T, s *stream.VideoStream, all *attached[orientation], reasons int) {
	t.Helper()
	seen := map[string]bool{}
	for frames := 0; frames < 60 || len(seen) < reasons; frames++ {
		if frames%40 == 39 {
			s.RequestKeyFrame()
		}
		event := mustNext(t, s)
		want := all.to(t, event.Frame)
		if event.Frame.Width != width || event.Frame.Height != height {
			t.Fatalf("frame is %dx%d: its pixels were turned", event.Frame.Width, event.Frame.Height)
		}
		event.Frame.Release()
		if event.Rotation != want.rotation || event.Mirrored != want.mirrored {
			t.Fatalf("%s: rotation %d, mirrored %v; want %d, %v", want.because, event.Rotation, event.Mirrored, want.rotation, want.mirrored)
		}
		if want.because != "" {
			seen[want.because] = true
		}
	}
}

var orientationCodecs = []testpublisher.Codec{testpublisher.H264, testpublisher.H265}

func TestRotationOfADisplayOrientationMessage(t *testing.T) {
	t.Parallel()
	for _, codec := range orientationCodecs {
		t.Run(string(codec), func(t *testing.T) {
			var all attached[orientation]
			publish(t, testpublisher.Config{
				Codec: codec, Attach: all.with(func(number int, _ testpublisher.Picture) (testpublisher.Attachment, orientation) {
					o := orientations[number%len(orientations)]
					return testpublisher.Attachment{Orientation: &o.message}, orientation{o.rotation, o.mirrored, fmt.Sprintf("%+v", o.message)}
				}),
			})
			checkOrientations(t, join(t).fromPublisher(t), &all, len(orientations))
		})
	}
}

// A lasting message holds until the next or until it is cancelled, and no longer than the coded video sequence (H.264
// section D.2.27, H.265 section D.3.17). An IDR picture begins another one. The CRA pictures that x265enc makes on request
// do not, except for a receiver whose first picture it is: nothing is sent before that.
func TestRotationOfADisplayOrientationMessageLasts(t *testing.T) {
	t.Parallel()
	for _, codec := range orientationCodecs {
		t.Run(string(codec), func(t *testing.T) {
			var all attached[orientation]
			var received atomic.Bool
			var lasting orientation
			after := 0 // the first picture was received
			choose := func(_ int, p testpublisher.Picture) (testpublisher.Attachment, orientation) {
				if !received.Load() {
					return testpublisher.Attachment{}, orientation{}
				}
				after++
				if p.KeyFrame && codec == testpublisher.H264 {
					lasting = orientation{because: "behind an IDR picture"}
				}
				o := orientations[after/12%len(orientations)]
				switch after % 12 {
				case 1:
					lasting = orientation{o.rotation, o.mirrored, fmt.Sprintf("behind %+v", o.message)}
					o.message.Lasting = true
				case 6:
					o = orientations[3]
					return testpublisher.Attachment{Orientation: &o.message}, orientation{o.rotation, o.mirrored, "for one picture"}
				case 9:
					lasting = orientation{because: "cancelled"}
					o.message = testpublisher.Orientation{Cancel: true}
				default:
					return testpublisher.Attachment{}, lasting
				}
				return testpublisher.Attachment{Orientation: &o.message}, lasting
			}
			publish(t, testpublisher.Config{Codec: codec, Attach: all.with(choose)})
			s := join(t).fromPublisher(t)
			mustRead(t, s, 1)
			received.Store(true)
			reasons := len(orientations) + 2
			if codec == testpublisher.H264 {
				reasons++
			}
			checkOrientations(t, s, &all, reasons)
		})
	}
}
