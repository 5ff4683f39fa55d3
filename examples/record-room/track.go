package main

import (
	"path/filepath"
	"strings"

	"github.com/go-gst/go-gst/gst"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/examples/internal/pipeline"
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
	graph, err := gst.NewPipelineFromString(line)
	if err != nil {
		return err
	}
	defer func() { _ = graph.SetState(gst.StateNull) }()
	f := list.add(t, fileName(t)+ending)
	source, err := pipeline.Set(graph, "source", map[string]any{
		"room": room, "participant": t.Participant, "track-sid": t.SID, "hidden": true,
	})
	if err != nil {
		return err
	}
	if _, err := pipeline.Set(graph, "file", map[string]any{"location": filepath.Join(list.folder, f.File)}); err != nil {
		return err
	}
	source.GetStaticPad("src").AddProbe(gst.PadProbeTypeBuffer, func(_ *gst.Pad, info *gst.PadProbeInfo) gst.PadProbeReturn {
		buffer := info.GetBuffer()
		list.received(f, graph.GetBaseTime()+buffer.PresentationTimestamp(), buffer.Duration())
		return gst.PadProbeOK
	})
	err = pipeline.Play(t.Gone, graph)
	_ = graph.SetState(gst.StateNull) // after which the file is closed, and no buffer comes
	return list.finished(f, err)
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
