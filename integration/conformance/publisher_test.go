package conformance_test

import (
	"sync"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// publisher shows the known picture with the time in it, as participant "publisher".
type publisher interface {
	unpublish(t *testing.T)
	republish(t *testing.T)
	setMuted(t *testing.T, muted bool)
	leave(t *testing.T)

	// size is that of the picture.
	size() (width, height int)
	// orientation is how the frames of a camera that is held sideways come: the rotation that they need, and whether their
	// pixels are turned already.
	orientation() (rotation stream.Rotation, turned bool)
	// metadata is what was sent with the picture of a time, nil if nothing.
	metadata(time uint32) *stream.FrameMetadata
	// sendsMetadata tells whether there is a way to send any.
	sendsMetadata() bool
}

// camera is what a row wants to be published. The zero value is an ordinary picture.
type camera struct {
	odd      bool // the size is a multiple of as little as the publisher can do
	sideways bool // a quarter turn clockwise makes it upright
}

const publisherIdentity = "publisher"

// publishers make the real producers of LiveKit video that are had here.
var publishers = map[string]func(t *testing.T, c camera) publisher{
	"GStreamer": publishWithGStreamer,
	"rtc-node":  publishWithNode,
}

type gstPublisher struct {
	*testpublisher.Publisher
	width, height int

	mu   sync.Mutex
	sent map[uint32]*stream.FrameMetadata
}

func publishWithGStreamer(t *testing.T, c camera) publisher {
	t.Helper()
	p := &gstPublisher{width: width, height: height, sent: map[uint32]*stream.FrameMetadata{}}
	if c.odd {
		p.width, p.height = 333, 187
	}
	config := testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: t.Name(),
		Identity: publisherIdentity, Width: p.width, Height: p.height, Pattern: testpublisher.Colours, Bitrate: 2_000_000,
	}
	switch {
	case c.sideways:
		config.Codec = testpublisher.H264
		config.Attach = func(testpublisher.Picture) testpublisher.Attachment {
			return testpublisher.Attachment{Orientation: &testpublisher.Orientation{Anticlockwise: 270}}
		}
	default:
		config.Attach = p.attach
	}
	var err error
	p.Publisher, err = testpublisher.Start(patient(t), config)
	must(t, err)
	t.Cleanup(p.Close)
	return p
}

// attach sends metadata with two of three pictures, one time all of it.
func (p *gstPublisher) attach(picture testpublisher.Picture) testpublisher.Attachment {
	p.mu.Lock()
	defer p.mu.Unlock()
	timestamp, id := uint64(picture.Time), uint32(len(p.sent))
	var m *testpublisher.Metadata
	switch id % 3 {
	case 0:
		m = &testpublisher.Metadata{UserTimestamp: &timestamp, FrameID: &id, UserData: []byte("user data")}
	case 1:
		m = &testpublisher.Metadata{FrameID: &id}
	default:
		p.sent[picture.Time] = nil
		return testpublisher.Attachment{}
	}
	p.sent[picture.Time] = &stream.FrameMetadata{UserTimestamp: m.UserTimestamp, FrameID: m.FrameID, UserData: m.UserData}
	return testpublisher.Attachment{Metadata: m}
}

func (p *gstPublisher) unpublish(t *testing.T)            { t.Helper(); must(t, p.Unpublish()) }
func (p *gstPublisher) republish(t *testing.T)            { t.Helper(); must(t, p.Republish()) }
func (p *gstPublisher) setMuted(t *testing.T, muted bool) { t.Helper(); must(t, p.SetMuted(muted)) }
func (p *gstPublisher) leave(*testing.T)                  { p.Close() }

func (p *gstPublisher) size() (int, int)                     { return p.width, p.height }
func (p *gstPublisher) orientation() (stream.Rotation, bool) { return 90, false }
func (p *gstPublisher) sendsMetadata() bool                  { return true }

func (p *gstPublisher) metadata(time uint32) *stream.FrameMetadata {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent[time]
}

type nodePublisher struct {
	*rtcnode.Peer
	width, height int
}

func publishWithNode(t *testing.T, c camera) publisher {
	t.Helper()
	width, height := width, height
	if c.odd {
		width, height = 332, 184 // libwebrtc crops a picture to multiples of 4
	}
	picture, err := rtcnode.WriteKnownPicture(t.TempDir(), width, height)
	must(t, err)
	settings := rtcnode.Settings{
		Role: "publish", URL: server.URL(), Token: token(t, publisherIdentity),
		Picture: picture, Width: width, Height: height,
	}
	if c.sideways {
		settings.Rotation = 90
	}
	peer, err := rtcnode.Start(settings)
	must(t, err)
	t.Cleanup(peer.Kill)
	_, err = peer.Await("published")
	must(t, err)
	return nodePublisher{peer, width, height}
}

func (p nodePublisher) command(t *testing.T, name, answer string) {
	t.Helper()
	must(t, p.Command(name))
	_, err := p.Await(answer)
	must(t, err)
}

func (p nodePublisher) unpublish(t *testing.T) { t.Helper(); p.command(t, "unpublish", "unpublished") }
func (p nodePublisher) republish(t *testing.T) { t.Helper(); p.command(t, "publish", "published") }
func (p nodePublisher) leave(t *testing.T)     { t.Helper(); must(t, p.Close()) }

func (p nodePublisher) setMuted(t *testing.T, muted bool) {
	t.Helper()
	if muted {
		p.command(t, "mute", "muted")
	} else {
		p.command(t, "unmute", "unmuted")
	}
}

func (p nodePublisher) size() (int, int) { return p.width, p.height }

// orientation: libwebrtc turns the pixels, because LiveKit's server negotiates no way to tell of a rotation.
func (p nodePublisher) orientation() (stream.Rotation, bool) { return 0, true }

// sendsMetadata: version 1.1.0 of the SDK has no call for it.
func (p nodePublisher) sendsMetadata() bool                   { return false }
func (p nodePublisher) metadata(uint32) *stream.FrameMetadata { return nil }
