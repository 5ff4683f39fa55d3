package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/foreground"
)

// options are the flags.
type options struct {
	port                int // 0 is any free one
	server, client, out string
}

func main() { os.Exit(status(os.Args[1:])) }

func status(arguments []string) int {
	return foreground.Status("demo-web", arguments, parseFlags, func(ctx context.Context, o options) error {
		return run(ctx, o, console.New(os.Stdout))
	})
}

func parseFlags(arguments []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("demo-web", flag.ContinueOnError)
	flags.IntVar(&o.port, "port", 8080, "the port of the page on 127.0.0.1; 0 is any free one")
	flags.StringVar(&o.server, "server", "", "the livekit-server program (default build/livekit-server)")
	flags.StringVar(&o.client, "client", "integration/browser/node_modules/livekit-client/dist/livekit-client.esm.mjs",
		"LiveKit's client for browsers, one file")
	flags.StringVar(&o.out, "out", "build/demo-web", "the folder for the server's log")
	if err := flags.Parse(arguments); err != nil {
		return options{}, err
	}
	var err error
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("there are no arguments beside flags: %q", flags.Args())
	case o.port < 0 || o.port > 65535:
		err = fmt.Errorf("a port is from 0 to 65535, not %d", o.port)
	}
	if err != nil {
		fmt.Fprintf(flags.Output(), "demo-web: %v\n", err)
		flags.Usage()
	}
	return o, err
}
