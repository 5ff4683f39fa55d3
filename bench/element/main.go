// Command element runs livekitsrc, or livekitaudiosrc, in a Go program, to see what only a Go program can see of itself: how often the element's
// Go half calls C, and how often it allocates. It is one of the benchmark's receivers; what it costs is not of interest.
//
//	element -room bench -participant camera-0
//
// LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET say where. It writes record.Lines to file descriptor 3, and ends at
// SIGINT or SIGTERM.
package main

/*
#cgo pkg-config: gstreamer-1.0
#include <stdlib.h>
#include "pipeline.h"
*/
import "C"

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/bench/record"
	"github.com/gst-livekit/gst-livekit/elements/livekitaudiosrc"
	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
)

// lookInterval is how often the count of frames is looked at.
const lookInterval = 5 * time.Millisecond

func main() {
	room := flag.String("room", "bench", "the room")
	participant := flag.String("participant", "", "the participant to receive from")
	sound := flag.String("sound", "", "the name of the track of sound to receive, in place of a picture")
	format := flag.String("format", "I420", "the frames' type, by GStreamer's name")
	flag.Parse()
	record.ProfileMallocs()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	description := fmt.Sprintf("livekitsrc room=%s participant=%s ! video/x-raw,format=%s ! fakesink name=end",
		*room, *participant, *format)
	track := *participant
	if *sound != "" {
		track = *sound
		description = fmt.Sprintf("livekitaudiosrc room=%s track-name=%s ! audio/x-raw,format=S16LE ! fakesink name=end", *room, track)
	}
	if err := run(ctx, description, track, os.NewFile(3, "records")); err != nil {
		fmt.Fprintln(os.Stderr, "element:", err)
		stop()
		os.Exit(1)
	}
}

// run plays a pipeline until ctx ends.
func run(ctx context.Context, description, track string, records io.Writer) error {
	lksdk.SetLogger(logger.GetDiscardLogger())
	if err := errors.Join(livekitsrc.Register(), livekitaudiosrc.Register()); err != nil {
		return err
	}
	recorder := record.NewRecorder(records, track, record.Now())
	text := C.CString(description)
	defer C.free(unsafe.Pointer(text))
	var failure *C.GError
	pipeline := C.bench_pipeline_start(text, &failure)
	if pipeline == nil {
		defer C.g_error_free(failure)
		return fmt.Errorf("build pipeline: %s", C.GoString(failure.message))
	}
	defer C.bench_pipeline_stop(pipeline)

	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for seen := int32(0); ; {
		select {
		case <-ctx.Done():
			return recorder.End("")
		case <-ticker.C:
		}
		// A call would be counted.
		for n := atomic.LoadInt32((*int32)(unsafe.Pointer(&C.bench_pipeline_frames))); seen < n; seen++ {
			if err := recorder.Frame(record.Unreadable); err != nil {
				return err
			}
		}
	}
}
