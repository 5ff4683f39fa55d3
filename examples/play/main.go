package main

import (
	"context"
	"os"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/foreground"
)

func main() { os.Exit(status(os.Args[1:])) }

func status(arguments []string) int {
	return foreground.Status("play", arguments, parseFlags, func(ctx context.Context, o options) error {
		return run(ctx, o, console.New(os.Stdout))
	})
}
