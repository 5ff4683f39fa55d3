package rig

import (
	"slices"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// PublishNode publishes the known picture with the official Node SDK to the test's room, as participant "publisher", until
// the test ends. Settings name size and codec; the size of a picture for which none is asked is Width x Height. With
// Settings.Tone there is sound, too.
func PublishNode(t testing.TB, settings rtcnode.Settings) *rtcnode.Peer {
	t.Helper()
	if settings.Width == 0 {
		settings.Width, settings.Height = Width, Height
	}
	var err error
	if settings.Picture, err = rtcnode.WriteKnownPicture(t.TempDir(), settings.Width, settings.Height); err != nil {
		t.Fatal(err)
	}
	return startNode(t, settings)
}

// PublishTone publishes a tone of that many Hz, and nothing else, in the same way.
func PublishTone(t testing.TB, frequency int) *rtcnode.Peer {
	t.Helper()
	return startNode(t, rtcnode.Settings{Tone: frequency})
}

func startNode(t testing.TB, settings rtcnode.Settings) *rtcnode.Peer {
	t.Helper()
	token, err := server.Token(devserver.TokenOptions{Room: Room(t), Identity: "publisher", CanPublish: true})
	if err != nil {
		t.Fatal(err)
	}
	settings.Role, settings.URL, settings.Token = "publish", server.URL(), token
	peer, err := rtcnode.Start(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(peer.Kill)
	if settings.Picture != "" && !slices.Contains(settings.Later, "picture") {
		await(t, peer, "published")
	}
	if settings.Tone != 0 && !slices.Contains(settings.Later, "tone") {
		await(t, peer, "publishedTone")
	}
	return peer
}

func await(t testing.TB, peer *rtcnode.Peer, event string) {
	t.Helper()
	if _, err := peer.Await(event); err != nil {
		t.Fatal(err)
	}
}
