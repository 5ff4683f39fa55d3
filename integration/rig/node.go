package rig

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testpicture"
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
	settings.Picture = knownPicture(t, settings.Width, settings.Height)
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

// knownPicture writes the known picture to a file, as a tight I420 frame.
func knownPicture(t testing.TB, width, height int) string {
	t.Helper()
	picture := testpicture.Known(width, height, testpicture.BT601, 0)
	name := filepath.Join(t.TempDir(), "known.i420")
	if err := os.WriteFile(name, slices.Concat(picture.Y, picture.Cb, picture.Cr), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
