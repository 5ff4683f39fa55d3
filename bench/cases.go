package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/clip"
	"github.com/gst-livekit/gst-livekit/bench/report"
)

// benchCase is one stream, or as many as tracks, and the receivers that are compared on it.
type benchCase struct {
	name, title              string
	codec                    string
	width, height, frameRate int
	tracks                   int
	// sounds is how many tracks of Opus there are.
	sounds int
	// clips has one participant repeat what was encoded once, on all tracks.
	clips bool
	// plain is the picture of moving bars, which is easy to encode, for many tracks at once.
	plain     bool
	receivers []string
	// duration and rounds go before the flags if they are set.
	duration time.Duration
	rounds   int
	// alone is a case without a stream: what it measures is about the plugin's file.
	alone bool
}

// cases are all cases, in the order in which they are run.
var cases = []benchCase{
	{
		name: "vp8-720p30", title: "1280x720, 30 frames per second, VP8",
		codec: "vp8", width: 1280, height: 720,
		receivers: []string{
			"gst-i420", "gst-rgba", "gst-untouched", "videostream", "rtc-node", "rtc-node-rgba", "python", "python-rgba",
			"livekitwebrtcsrc", "decode", "decode-fast", "decode-rgba", "decode-rgba-fast",
		},
	},
	{
		name: "h264-720p30", title: "1280x720, 30 frames per second, H.264",
		codec: "h264", width: 1280, height: 720,
		receivers: []string{
			"gst-i420", "gst-rgba", "gst-untouched", "videostream", "rtc-node", "livekitwebrtcsrc",
			"decode", "decode-fast", "decode-rgba", "decode-rgba-fast",
		},
	},
	{
		name: "vp9-720p30", title: "1280x720, 30 frames per second, VP9",
		codec: "vp9", width: 1280, height: 720,
		receivers: []string{"gst-i420", "videostream", "rtc-node", "decode", "decode-fast"},
	},
	{
		name: "h264-1080p30", title: "1920x1080, 30 frames per second, H.264",
		codec: "h264", width: 1920, height: 1080,
		receivers: []string{"gst-i420", "videostream", "rtc-node", "decode", "decode-fast"},
	},
	tracksCase(1), tracksCase(16),
	{
		name: "tracks-64", title: "64 tracks of 640x360, 30 frames per second, VP8, untouched, on one connection",
		codec: "vp8", width: 640, height: 360, tracks: 64, clips: true,
		receivers: []string{report.OneTrack, report.AllTracks},
	},
	{
		name: "tracks-32-small", title: "32 tracks of 320x180, 15 frames per second, VP8, untouched, on one connection",
		codec: "vp8", width: 320, height: 180, frameRate: 15, tracks: 32, clips: true,
		receivers: []string{report.OneTrack, report.AllTracks},
	},
	{
		name: "h264-720p30-to-file", title: "the publisher's own 1280x720 H.264, untouched, into an MP4 file",
		codec: "h264", width: 1280, height: 720,
		receivers: []string{"gst-to-file", "gst-untouched", "decode", "decode-fast"},
	},
	{
		name: "start-up", title: "time to the first frame, 1280x720 VP8",
		codec: "vp8", width: 1280, height: 720,
		receivers: []string{"gst-i420", "gst-rgba", "videostream", "rtc-node", "python", "livekitwebrtcsrc"},
		duration:  time.Second, rounds: 5,
	},
	{
		name: "go-half", title: "allocations and calls into C, 1280x720 VP8",
		codec: "vp8", width: 1280, height: 720,
		receivers: []string{"videostream-counted", "element-counted"},
		rounds:    1,
	},
	soundCase("sound-1", 1, report.SoundRaw, report.SoundUntouched, report.SoundStream, report.NodeSound, report.OpusDecode, report.OpusFast),
	soundCase("sound-16", 16, report.SoundRaw, report.SoundUntouched, report.SoundStream, report.NodeSound),
	{
		name: "picture-and-sound", title: "1280x720 H.264 and Opus of one participant, untouched",
		codec: "h264", width: 1280, height: 720, tracks: 1, sounds: 1, clips: true,
		receivers: []string{report.OneTrack, report.AllTracks},
	},
	func() benchCase {
		c := soundCase("go-half-sound", 1, report.SoundCounted)
		c.title, c.rounds = "allocations and calls into C, one track of Opus", 1
		return c
	}(),
	{name: "plugin", title: "the plugin's file", alone: true},
}

func tracksCase(tracks int) benchCase {
	title := fmt.Sprintf("%d tracks of 640x360, 30 frames per second, VP8, in one process", tracks)
	if tracks == 1 {
		title = "one track of 640x360, 30 frames per second, VP8"
	}
	return benchCase{
		name: fmt.Sprintf("tracks-%d", tracks), title: title,
		codec: "vp8", width: 640, height: 360, tracks: tracks, plain: true,
		receivers: []string{"gst-i420", "videostream", "rtc-node"},
	}
}

// soundCase is sound alone. Its frames are packets.
func soundCase(name string, sounds int, receivers ...string) benchCase {
	title := fmt.Sprintf("%d tracks of Opus, 64 kbit/s, in one process", sounds)
	if sounds == 1 {
		title = "one track of Opus, 64 kbit/s"
	}
	return benchCase{
		name: name, title: title, codec: "opus", frameRate: clip.SoundPackets, sounds: sounds, clips: true, receivers: receivers,
	}
}

func caseNames() []string {
	var names []string
	for _, c := range cases {
		names = append(names, c.name)
	}
	return names
}

// chooseCases finds cases by their names, with commas between them. An empty text means all of them.
func chooseCases(names string) ([]benchCase, error) {
	var chosen []benchCase
	for _, c := range cases {
		if names == "" || slices.Contains(strings.Split(names, ","), c.name) {
			chosen = append(chosen, c.withDefaults())
		}
	}
	if names != "" && len(chosen) != len(strings.Split(names, ",")) {
		return nil, fmt.Errorf("case %q: the cases are %s", names, strings.Join(caseNames(), ", "))
	}
	return chosen, nil
}

func (c benchCase) withDefaults() benchCase {
	c.frameRate = cmp.Or(c.frameRate, 30)
	if c.sounds == 0 {
		c.tracks = max(c.tracks, 1)
	}
	return c
}
