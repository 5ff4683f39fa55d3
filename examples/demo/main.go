package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/foreground"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const (
	statusFailed      = 1
	statusUsage       = 2
	statusInterrupted = 130 // what a shell gives for SIGINT
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

	switch err := run(ctx, options, console.New(os.Stdout)); {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "demo: interrupted; everything it started has ended")
		return statusInterrupted
	default:
		fmt.Fprintln(os.Stderr, "demo:", err)
		return statusFailed
	}
}

func parseFlags(arguments []string) (options, error) {
	o := options{
		source:      "livekitsrc room=" + roomName,
		sound:       "livekitaudiosrc room=" + roomName,
		width:       1280,
		height:      720,
		frameRate:   30,
		duration:    10 * time.Second,
		firstFrame:  20 * time.Second,
		environment: os.Getenv,
	}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	codec := flags.String("codec", "vp8", "the publisher's codec: vp8 or h264")
	flags.StringVar(&o.server, "server", "", "the livekit-server program (default build/livekit-server)")
	flags.StringVar(&o.out, "out", "build/demo", "the directory for the recording, the picture and the logs")
	if err := flags.Parse(arguments); err != nil {
		return options{}, err
	}
	o.codec = testpublisher.Codec(strings.ToLower(*codec))
	if o.codec != testpublisher.VP8 && o.codec != testpublisher.H264 || flags.NArg() > 0 {
		fmt.Fprintf(flags.Output(), "demo: -codec is vp8 or h264, and there are no other arguments\n")
		flags.Usage()
		return options{}, errors.New("wrong arguments")
	}
	return o, nil
}
