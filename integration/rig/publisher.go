package rig

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// Width and Height are the size of a published picture when a test asks for none: small, so that a slow machine
// encodes and decodes it in no time.
const (
	Width  = 320
	Height = 180
)

// Publish publishes to the test's room, unless config names another, until the test ends.
func Publish(t testing.TB, config testpublisher.Config) *testpublisher.Publisher {
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
