package encryption_test

import (
	"testing"

	"github.com/livekit/protocol/livekit"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

const (
	width, height = 640, 360
	camera        = livekit.TrackSource_CAMERA
	publisherName = "publisher"

	passphrase = "correct horse battery staple"
	wrong      = "wrong horse"
)

// server is what all tests use, each in a room of its own.
var server *devserver.Server

func TestMain(m *testing.M) { roomtest.Run(m, goleak.Find, &server) }

var must, patient = roomtest.Must, roomtest.Patient

func token(t *testing.T, identity string) string {
	t.Helper()
	return roomtest.Token(t, server, identity)
}

// publishWithNode publishes the known picture with the Node SDK, in the test's own room.
func publishWithNode(t *testing.T, settings rtcnode.Settings) *rtcnode.Peer {
	t.Helper()
	var err error
	settings.Picture, err = rtcnode.WriteKnownPicture(t.TempDir(), width, height)
	must(t, err)
	settings.Role, settings.URL, settings.Token = "publish", server.URL(), token(t, publisherName)
	settings.Width, settings.Height = width, height
	peer, err := rtcnode.Start(settings)
	must(t, err)
	t.Cleanup(peer.Kill)
	_, err = peer.Await("published")
	must(t, err)
	return peer
}

// publishWithGo publishes the known picture with the Go SDK.
func publishWithGo(t *testing.T, codec testpublisher.Codec, passphrase string) *testpublisher.Publisher {
	t.Helper()
	p, err := testpublisher.Start(patient(t), testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: t.Name(),
		Identity: publisherName, Codec: codec, Width: width, Height: height,
		Pattern: testpublisher.Colours, Bitrate: 2_000_000, Passphrase: passphrase,
	})
	must(t, err)
	t.Cleanup(p.Close)
	return p
}

// receiver is a stream and what it says of decryption.
type receiver struct {
	*stream.VideoStream
	mimeType string
	errors   chan error // a change each
}

// receive opens a stream of the publisher's camera.
func receive(t *testing.T, options ...stream.Option) receiver {
	t.Helper()
	s := roomtest.Join(t, server).NextSubscription(t)
	return open(t, s, options, func(options ...stream.Option) (*stream.VideoStream, error) {
		return stream.FromParticipant(s.Participant, camera, options...)
	})
}

// receiveTrack opens a stream of the track alone, which does not tell what its publisher announced.
func receiveTrack(t *testing.T, options ...stream.Option) receiver {
	t.Helper()
	s := roomtest.Join(t, server).NextSubscription(t)
	options = append(options, stream.WithPLIWriter(s.Participant.WritePLI))
	return open(t, s, options, func(options ...stream.Option) (*stream.VideoStream, error) {
		return stream.FromTrack(s.Track, options...)
	})
}

func open(
	t *testing.T, s roomtest.Subscription, options []stream.Option, from func(...stream.Option) (*stream.VideoStream, error),
) receiver {
	t.Helper()
	r := receiver{mimeType: s.Track.Codec().MimeType, errors: make(chan error, 1000)}
	options = append(options, stream.WithDecryptErrors(func(err error) { r.errors <- err }), stream.WithCapacity(stream.Unbounded))
	var err error
	r.VideoStream, err = from(options...)
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	return r
}

// change waits for the next change of what can be decrypted.
func (r receiver) change(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.errors:
		return err
	case <-patient(t).Done():
		t.Fatalf("nothing is said of decryption; %+v", r.Stats())
		return nil
	}
}

// checkFrames reads so many frames and fails the test unless each is the known picture.
func (r receiver) checkFrames(t *testing.T, count int) {
	t.Helper()
	const tolerance = 10 // of 255; the first frames of a call are coarse
	for range count {
		event, err := r.Next(patient(t))
		must(t, err)
		frame, err := event.Frame.Convert(caps.I420, false)
		event.Frame.Release()
		must(t, err)
		planes := frame.Planes()
		if _, ok := testpicture.Read(planes[0].Data, planes[0].Stride, frame.Width, frame.Height); !ok {
			t.Error("no time can be read from a frame")
		}
		for _, patch := range testpicture.Patches() {
			at := patch.Centre(frame.Width, frame.Height)
			for i, want := range []uint8{patch.BT601.Y, patch.BT601.U, patch.BT601.V} {
				x, y := at.X, at.Y
				if i > 0 {
					x, y = x/2, y/2
				}
				got := planes[i].Data[y*planes[i].Stride+x]
				if d := int(got) - int(want); d > tolerance || d < -tolerance {
					t.Errorf("plane %d of %s is %d, want %d", i, patch.Name, got, want)
				}
			}
		}
		frame.Release()
	}
}
