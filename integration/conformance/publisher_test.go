package conformance_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testpublisher"
)

// publisher shows the known picture with the time in it, as participant "publisher".
type publisher interface {
	unpublish(t *testing.T)
	republish(t *testing.T)
	leave(t *testing.T)
}

const publisherIdentity = "publisher"

// publishers make the real producers of LiveKit video that are had here.
var publishers = map[string]func(t *testing.T) publisher{
	"GStreamer": publishWithGStreamer,
	"rtc-node":  publishWithNode,
}

type gstPublisher struct{ *testpublisher.Publisher }

func publishWithGStreamer(t *testing.T) publisher {
	t.Helper()
	p, err := testpublisher.Start(patient(t), testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: t.Name(),
		Identity: publisherIdentity, Width: width, Height: height, Pattern: testpublisher.Colours, Bitrate: 2_000_000,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return gstPublisher{p}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p gstPublisher) unpublish(t *testing.T) { t.Helper(); must(t, p.Unpublish()) }
func (p gstPublisher) republish(t *testing.T) { t.Helper(); must(t, p.Republish()) }
func (p gstPublisher) leave(*testing.T)       { p.Close() }

type nodePublisher struct{ *rtcnode.Peer }

// knownPicture writes the known picture to a file, as a tight I420 frame.
func knownPicture(t *testing.T) string {
	t.Helper()
	picture := testpicture.Known(width, height, testpicture.BT601, 0)
	data := append(append(append([]byte{}, picture.Y...), picture.Cb...), picture.Cr...)
	name := filepath.Join(t.TempDir(), "known.i420")
	must(t, os.WriteFile(name, data, 0o600))
	return name
}

func publishWithNode(t *testing.T) publisher {
	t.Helper()
	peer, err := rtcnode.Start(rtcnode.Settings{
		Role: "publish", URL: server.URL(), Token: token(t, publisherIdentity),
		Picture: knownPicture(t), Width: width, Height: height,
	})
	must(t, err)
	t.Cleanup(peer.Kill)
	_, err = peer.Await("published")
	must(t, err)
	return nodePublisher{peer}
}

func (p nodePublisher) unpublish(t *testing.T) {
	t.Helper()
	must(t, p.Command("unpublish"))
	_, err := p.Await("unpublished")
	must(t, err)
}

func (p nodePublisher) republish(t *testing.T) {
	t.Helper()
	must(t, p.Command("publish"))
	_, err := p.Await("published")
	must(t, err)
}

func (p nodePublisher) leave(t *testing.T) { t.Helper(); must(t, p.Close()) }
