package main

import (
	"context"
	"os"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// The size of the pictures, and the frequency of the bursts.
const width, height, tone = 320, 180, 1000

// publisher is who sends sound and picture, and the paths on which it is received.
type publisher struct {
	sdk     string
	paths   []path
	publish func(context.Context, *devserver.Server) (stop func() error, err error)
}

var publishers = []publisher{
	{"Go", paths, publishGo},
	{"Node", paths[:2], publishNode},
}

func publishGo(ctx context.Context, server *devserver.Server) (stop func() error, err error) {
	p, err := testpublisher.Start(ctx, testpublisher.Config{
		URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: room, Width: width, Height: height, Tone: true,
	})
	if err != nil {
		return nil, err
	}
	return func() error {
		err := p.Err()
		p.Close()
		return err
	}, nil
}

func publishNode(_ context.Context, server *devserver.Server) (stop func() error, err error) {
	token, err := server.Token(devserver.TokenOptions{Room: room, Identity: "publisher", CanPublish: true})
	if err != nil {
		return nil, err
	}
	directory, err := os.MkdirTemp("", "skew-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	file, err := rtcnode.WriteKnownPicture(directory, width, height)
	if err != nil {
		return nil, err
	}
	p, err := rtcnode.Start(rtcnode.Settings{
		Role: "publish", URL: server.URL(), Token: token, Picture: file, Width: width, Height: height, Tone: tone, Beat: true,
	})
	if err != nil {
		return nil, err
	}
	for _, event := range []string{"published", "publishedTone"} {
		if _, err := p.Await(event); err != nil {
			return nil, err
		}
	}
	go func() { // what else it says is of no interest
		for range p.Events() { //nolint:revive // until it ends
		}
	}()
	return p.Close, nil
}
