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

const (
	roomName      = "demo"
	frameRate     = 30
	watchInterval = time.Second
)

// names are the participants, as in the README's pipelines.
var names = []string{"alice", "bob"}

// run starts everything, prints how to receive it, and returns nil when ctx ends. Everything that it started has ended then.
func run(ctx context.Context, o options, out *console.Console) error {
	server, err := localserver.Start(ctx, devserver.Options{Binary: o.server}, o.out, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	var publishers []*testpublisher.Publisher
	for _, name := range names[:o.participants] {
		publisher, err := publish(ctx, o, server, name, out)
		if err != nil {
			return err
		}
		defer publisher.Close()
		publishers = append(publishers, publisher)
	}
	explain(o, server, out)
	return stay(ctx, publishers)
}

// publish is of a smaller picture for the second participant, who needs less of the processor then.
func publish(ctx context.Context, o options, server *localserver.Server, name string, out *console.Console) (*testpublisher.Publisher, error) {
	config := testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: roomName, Identity: name,
		Codec: o.codec, Width: o.width, Height: o.height, FrameRate: frameRate, Simulcast: o.simulcast, Passphrase: o.key, Tone: true,
	}
	what := "a moving picture"
	switch {
	case name != names[0]:
		config.Pattern, config.Width, config.Height = testpublisher.Ball, o.width/2, o.height/2
	case o.camera != "":
		config.Camera, what = o.camera, "the camera "+o.camera
	}
	form := string(o.codec)
	switch {
	case o.key != "":
		form += ", encrypted"
	case o.simulcast:
		form += ", in three sizes"
	}
	done := out.Step("%s publishes %s, and a tone each second: %dx%d, %d frames per second, %s",
		name, what, config.Width, config.Height, frameRate, form)
	publisher, err := testpublisher.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	done("published as track %s", publisher.TrackSID())
	return publisher, nil
}

// stay returns when ctx ends, or when a picture or its sound has stopped.
func stay(ctx context.Context, publishers []*testpublisher.Publisher) error {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			for _, publisher := range publishers {
				if err := publisher.Err(); err != nil {
					return errors.Join(errors.New(publisher.Identity()+" no longer publishes"), err)
				}
			}
		}
	}
}
