package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

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
func run(ctx context.Context, o options, console *console) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return fmt.Errorf("make the directory for the results: %w", err)
	}
	log, err := os.Create(filepath.Join(o.out, "livekit-server.log"))
	if err != nil {
		return fmt.Errorf("open the file for livekit-server's log: %w", err)
	}
	defer log.Close()
	server, err := startServer(ctx, o, log, console)
	if err != nil {
		return err
	}
	defer server.Stop()
	publisher, err := startPublisher(ctx, o, server, console)
	if err != nil {
		return err
	}
	defer publisher.Close()

	credentials := server.Environment()
	if display := findDisplay(o.environment); display != "" {
		err = show(ctx, o, credentials, display, console)
	} else {
		err = record(ctx, o, credentials, publisher, console)
	}
	if failure := publisher.Err(); failure != nil {
		return errors.Join(err, failure)
	}
	return err
}

func startServer(ctx context.Context, o options, log *os.File, console *console) (*devserver.Server, error) {
	done := console.step("start livekit-server on loopback (log: %s)", log.Name())
	server, err := devserver.Start(ctx, devserver.Options{Binary: o.server, LogWriter: log})
	if err != nil {
		return nil, err
	}
	done("answers at %s", server.URL())
	return server, nil
}

func startPublisher(ctx context.Context, o options, server *devserver.Server, console *console) (*testpublisher.Publisher, error) {
	done := console.step("publish a moving picture, and a tone each second, to room %q: %dx%d, %d frames per second, %s",
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
