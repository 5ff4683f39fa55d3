// Command subscribe compares two ways to receive a track: through LiveKit's SDK, as an application does, and with
// internal/subscriber, as internal/room does. Both read the same stream in turn, in processes of their own with one processor for Go, as the plugin
// has it, and make access units of it.
//
//	go run ./bench/subscribe -rounds 3 -seconds 10
//
// It needs build/livekit-server, and prints a table.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type options struct {
	role   string
	rounds int
	ways   string

	seconds             float64
	codec               string
	width, height, rate int
	tracks              int
	loss                float64
	delay               time.Duration
	cpuProfile          string
}

func main() {
	var o options
	flag.StringVar(&o.role, "role", "", "what this process is: nothing for the one that compares, or publish, or a way")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each way receives")
	flag.StringVar(&o.ways, "ways", "sdk,indirect,own", "the ways, with commas between them")
	flag.Float64Var(&o.seconds, "seconds", 10, "for how long each is measured")
	flag.StringVar(&o.codec, "codec", "h264", "the codec of the stream")
	flag.IntVar(&o.width, "width", 1280, "of the picture")
	flag.IntVar(&o.height, "height", 720, "of the picture")
	flag.IntVar(&o.rate, "rate", 30, "pictures a second")
	flag.IntVar(&o.tracks, "tracks", 1, "how many publishers there are, each with a track")
	flag.Float64Var(&o.loss, "loss", 0, "the share of packets that are lost in each direction, from 0 to 1; needs root")
	flag.DurationVar(&o.delay, "delay", 0, "how long a packet is under way in each direction; needs root")
	flag.StringVar(&o.cpuProfile, "cpuprofile", "", "a file for a profile of the time that is measured, of the last way")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	run := compare
	switch o.role {
	case "":
	case "publish":
		run = publish
	default:
		run = receive
	}
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "subscribe:", err)
		stop()
		os.Exit(1)
	}
}
