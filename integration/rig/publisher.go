package rig

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// Width and Height are the size of a published picture when a test asks for none: small, so that a slow machine
// encodes and decodes it in no time.
const (
	Width  = 320
	Height = 180
)

// StartServer starts a server for a test that harms it, or needs another one than Server.
func StartServer(t testing.TB, options devserver.Options) *devserver.Server {
	t.Helper()
	own, err := devserver.Start(Patient(t), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(own.Stop)
	return own
}

// Publish publishes to the test's room, unless config names another, until the test ends.
func Publish(t testing.TB, config testpublisher.Config) *testpublisher.Publisher {
	t.Helper()
	return PublishAt(t, server, config)
}

// PublishAt is Publish at a server of the test's own.
func PublishAt(t testing.TB, server *devserver.Server, config testpublisher.Config) *testpublisher.Publisher {
	t.Helper()
	if config.Room == "" {
		config.Room = Room(t)
	}
	if config.Width == 0 {
		config.Width, config.Height = Width, Height
	}
	config.URL, config.APIKey, config.APISecret = server.URL(), server.APIKey, server.APISecret
	publisher, err := testpublisher.Start(Patient(t), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(publisher.Close)
	return publisher
}
