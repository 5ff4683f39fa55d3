// Command videostream receives tracks as a Go program does, with stream.VideoStream, and reads the time in each picture
// where it lies. It is one of the benchmark's receivers.
//
//	videostream -room bench -tracks 1 -format RGBA
//
// LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET say where. It writes record.Lines to file descriptor 3, and ends at
// SIGINT or SIGTERM.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"

	"github.com/gst-livekit/gst-livekit/bench/record"
)

type options struct {
	room, format string
	mallocs      bool
	cpuProfile   string
}

func main() {
	var o options
	flag.StringVar(&o.room, "room", "bench", "the room; every video track in it is received")
	flag.StringVar(&o.format, "format", "", "the frames' type, such as RGBA; empty: the decoder's own")
	flag.BoolVar(&o.mallocs, "mallocs", false, "tell this module's own allocations from those of others, which is slow")
	flag.StringVar(&o.cpuProfile, "cpuprofile", "", "a file for a profile of the processor time")
	flag.Parse()
	if o.mallocs {
		record.ProfileMallocs()
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := profiled(o.cpuProfile, func() error { return receive(ctx, o, os.NewFile(3, "records")) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "videostream:", err)
		stop()
		os.Exit(1)
	}
}

// profiled runs a function and keeps a profile of it in a file, if one is named.
func profiled(path string, run func() error) error {
	if path == "" {
		return run()
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keep a profile: %w", err)
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return run()
}
