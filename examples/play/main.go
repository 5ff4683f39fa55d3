package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/foreground"
)

const (
	statusFailed = 1
	statusUsage  = 2
)

func main() { os.Exit(status(os.Args[1:])) }

func status(arguments []string) int {
	options, err := parseFlags(arguments)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return statusUsage
	}
	ctx, stop := foreground.Context()
	defer stop()
	if err := run(ctx, options, console.New(os.Stdout)); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "play:", err)
		return statusFailed
	}
	return 0
}
