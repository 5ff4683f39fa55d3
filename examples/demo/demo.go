package main

import (
	"context"
	"errors"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/localserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const roomName = "demo"

// options are the flags, and what only tests change.
type options struct {
	codec  testpublisher.Codec
	server string
	out    string

	source, sound            string // the elements that receive
	width, height, frameRate int    // of the published picture
	duration                 time.Duration
	firstFrame               time.Duration
	environment              func(string) string
}

// run is the whole demo. Everything that it starts has ended when it returns.
func run(ctx context.Context, o options, out *console.Console) error {
	server, err := localserver.Start(ctx, devserver.Options{Binary: o.server}, o.out, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	for _, line := range server.Exports(o.environment) {
		out.Line("%s", line)
	}
	publisher, err := startPublisher(ctx, o, server, out)
	if err != nil {
		return err
	}
	defer publisher.Close()

	credentials := server.Environment()
	if display := findDisplay(o.environment); display != "" {
		err = show(ctx, o, credentials, display, out)
	} else {
		err = record(ctx, o, credentials, publisher, out)
	}
	if failure := publisher.Err(); failure != nil {
		return errors.Join(err, failure)
	}
	return err
}

func startPublisher(ctx context.Context, o options, server *localserver.Server, out *console.Console) (*testpublisher.Publisher, error) {
	done := out.Step("publish a moving picture, and a tone each second, to room %q: %dx%d, %d frames per second, %s",
		roomName, o.width, o.height, o.frameRate, o.codec)
	publisher, err := testpublisher.Start(ctx, testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: roomName, Identity: "demo-camera",
		Codec: o.codec, Width: o.width, Height: o.height, FrameRate: o.frameRate, Tone: true,
	})
	if err != nil {
		return nil, err
	}
	done("published as track %s", publisher.TrackSID())
	return publisher, nil
}
