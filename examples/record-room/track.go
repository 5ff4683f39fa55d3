package main

import (
	"context"
	"log"
	"path/filepath"
	"strings"

	"github.com/go-gst/go-gst/gst"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/examples/internal/published"
)

// What records a track, untouched. H.264 in the form avc3 may change its size in a file. Each file begins at time 0.
const (
	videoLine = "livekitsrc name=source ! " +
		"video/x-h264,stream-format=avc3;video/x-vp8;video/x-vp9;video/x-av1;video/x-h265 ! " +
		"matroskamux offset-to-zero=true ! filesink name=file"
	audioLine = "livekitaudiosrc name=source format=encoded ! matroskamux offset-to-zero=true ! filesink name=file"
)

// recordTrack returns when the track has ended and its file is finished.
func recordTrack(t published.Track, room string, list *manifest) error {
	line, ending := videoLine, ".mkv"
	if t.Kind == lksdk.TrackKindAudio {
		line, ending = audioLine, ".mka"
	}
	pipeline, err := gst.NewPipelineFromString(line)
	if err != nil {
		return err
	}
	defer func() { _ = pipeline.SetState(gst.StateNull) }()
	f := list.add(t, fileName(t)+ending)
	source, err := set(pipeline, "source", map[string]any{
		"room": room, "participant": t.Participant, "track-sid": t.SID, "hidden": true,
	})
	if err != nil {
		return err
	}
	if _, err := set(pipeline, "file", map[string]any{"location": filepath.Join(list.folder, f.File)}); err != nil {
		return err
	}
	source.GetStaticPad("src").AddProbe(gst.PadProbeTypeBuffer, func(_ *gst.Pad, info *gst.PadProbeInfo) gst.PadProbeReturn {
		buffer := info.GetBuffer()
		list.received(f, pipeline.GetBaseTime()+buffer.PresentationTimestamp(), buffer.Duration())
		return gst.PadProbeOK
	})
	err = play(t.Gone, pipeline)
	_ = pipeline.SetState(gst.StateNull) // after which the file is closed, and no buffer comes
	return list.finished(f, err)
}

// set sets properties of an element. A value that is set this way needs no quoting; in the text of a pipeline it would.
func set(pipeline *gst.Pipeline, name string, values map[string]any) (*gst.Element, error) {
	element, err := pipeline.GetElementByName(name)
	if err != nil {
		return nil, err
	}
	for property, value := range values {
		if err := element.SetProperty(property, value); err != nil {
			return nil, err
		}
	}
	return element, nil
}

// play plays the pipeline until its end, an error, or the end of ctx, which lets the muxer finish its file.
func play(ctx context.Context, pipeline *gst.Pipeline) error {
	started := pipeline.SetState(gst.StatePlaying)
	defer context.AfterFunc(ctx, func() { pipeline.SendEvent(gst.NewEOSEvent()) })()

	bus := pipeline.GetPipelineBus()
	for {
		timeout := gst.ClockTimeNone
		if started != nil {
			timeout = 0 // nothing more will come than what is on the bus
		}
		message := bus.TimedPop(timeout)
		if message == nil {
			return started
		}
		switch message.Type() {
		case gst.MessageEOS:
			return nil
		case gst.MessageError:
			return message.ParseError()
		case gst.MessageWarning:
			log.Print(message.ParseWarning())
		default: // other messages do not matter here
		}
	}
}

// fileName is one that every file system takes, and no other track has.
func fileName(t published.Track) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune("/\\:*?\"<>|", r) || r < ' ' {
			return '_'
		}
		return r
	}, t.Participant)
	if runes := []rune(name); len(runes) > 50 {
		name = string(runes[:50])
	}
	return name + "-" + t.Source + "-" + t.SID
}
