package rig

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// PublishNode publishes the known picture with the official Node SDK to the test's room, as participant "publisher", until
// the test ends. Settings name size and codec; the size of a picture for which none is asked is Width x Height.
func PublishNode(t testing.TB, settings rtcnode.Settings) *rtcnode.Peer {
	t.Helper()
	if settings.Width == 0 {
		settings.Width, settings.Height = Width, Height
	}
	token, err := server.Token(devserver.TokenOptions{Room: Room(t), Identity: "publisher", CanPublish: true})
	if err != nil {
		t.Fatal(err)
	}
	settings.Role, settings.URL, settings.Token = "publish", server.URL(), token
	if settings.Picture, err = rtcnode.WriteKnownPicture(t.TempDir(), settings.Width, settings.Height); err != nil {
		t.Fatal(err)
	}
	peer, err := rtcnode.Start(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(peer.Kill)
	if _, err := peer.Await("published"); err != nil {
		t.Fatal(err)
	}
	return peer
}
