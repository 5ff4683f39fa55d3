//go:build servernext

package layers_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/stream"
)

// With L1T3 each second frame can be left out, and of the rest each second again. What needs which is in the dependency
// descriptor of each packet: livekit-server 1.13.10 and newer look there when a track has one layer in a stream, and 1.13.5 does
// not.
func TestFrameRateOfVP9AndAV1IsReduced(t *testing.T) {
	for _, codec := range []string{"VP9", "AV1"} {
		t.Run(codec, func(t *testing.T) {
			file, err := rtcnode.WriteKnownPicture(t.TempDir(), medium.width, medium.height)
			must(t, err)
			peer, err := rtcnode.Start(rtcnode.Settings{
				Role: "publish", URL: server.URL(), Token: token(t, server, publisherIdentity), Picture: file,
				Width: medium.width, Height: medium.height, FrameRate: frameRate, Codec: codec, ScalabilityMode: "L1T3",
			})
			must(t, err)
			t.Cleanup(peer.Kill)
			_, err = peer.Await("published")
			must(t, err)
			s := join(t, server, "application").open(t, stream.WithCapacity(stream.Unbounded))
			awaitSize(t, s, medium)
			full := rate(t, s)
			must(t, s.SetLayer(stream.Layer{MaxFrameRate: full / 8}))
			awaitRate(t, s, 0.15*full, 0.35*full)
			must(t, s.SetLayer(stream.Layer{}))
			awaitRate(t, s, 0.8*full, 1.2*full)
		})
	}
}
