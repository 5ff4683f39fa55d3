package layers_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// size is that of a picture.
type size struct{ width, height int }

// The layers that libwebrtc makes of 1280x720.
var (
	low    = size{320, 180}
	medium = size{640, 360}
	high   = size{1280, 720}
)

const (
	publisherIdentity = "publisher"
	frameRate         = 30
)

// publish publishes all three layers in the test's own room.
func publish(t *testing.T, server *devserver.Server, codec string) *rtcnode.Peer {
	t.Helper()
	file, err := rtcnode.WriteKnownPicture(t.TempDir(), high.width, high.height)
	must(t, err)
	peer, err := rtcnode.Start(rtcnode.Settings{
		Role: "publish", URL: server.URL(), Token: token(t, server, publisherIdentity),
		Picture: file, Width: high.width, Height: high.height, FrameRate: frameRate, Codec: codec, Simulcast: true,
	})
	must(t, err)
	t.Cleanup(peer.Kill)
	_, err = peer.Await("published")
	must(t, err)
	return peer
}

func command(t *testing.T, peer *rtcnode.Peer, name, answer string) {
	t.Helper()
	must(t, peer.Command(name))
	_, err := peer.Await(answer)
	must(t, err)
}
