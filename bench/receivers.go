package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/gst-livekit/gst-livekit/bench/report"
	"github.com/gst-livekit/gst-livekit/bench/sent"
)

// receiver is one way to receive a stream, or to decode its recording.
type receiver struct {
	name, label string
	// command is what is run. An error says why it cannot be.
	command func(r request) (command, error)
	// one marks what receives the first track alone, however many there are.
	one bool
	// file marks what decodes the recording and ends by itself, fast what does so as fast as it goes.
	file, fast bool
}

// request is what a receiver is to receive.
type request struct {
	benchCase
	tools     tools
	room      string
	recording string
	url       string
	token     string // to subscribe with, for those who do not make one of the key pair
}

// command is a program with its arguments, and what it needs in its environment besides LIVEKIT_URL and the key pair.
type command struct {
	words       []string
	environment []string
}

// shown is the command for people, without what is different each time or secret.
func (r request) shown(c command) string {
	text := strings.Join(c.words, " ")
	for value, name := range map[string]string{r.token: "$LIVEKIT_TOKEN", r.url: "$LIVEKIT_URL"} {
		if value != "" {
			text = strings.ReplaceAll(text, value, name)
		}
	}
	return text
}

func (c command) build(environment ...string) *exec.Cmd {
	cmd := exec.Command(c.words[0], c.words[1:]...)
	cmd.Env = append(append(os.Environ(), environment...), c.environment...)
	return cmd
}

// receivers are all of them, by name.
var receivers = []receiver{
	{name: report.I420, label: "livekitsrc in gst-launch-1.0, I420", command: source("video/x-raw,format=I420")},
	{name: report.RGBA, label: "livekitsrc in gst-launch-1.0, RGBA", command: source("video/x-raw,format=RGBA")},
	{name: "gst-untouched", label: "livekitsrc in gst-launch-1.0, untouched", command: untouched("")},
	{name: report.ToFile, label: "livekitsrc in gst-launch-1.0, untouched to MP4", command: toFile},
	{name: "videostream", label: "stream.VideoStream in a Go program", command: program("videostream")},
	{name: report.Counted, label: "stream.VideoStream, counting allocations", command: program("videostream", "-mallocs")},
	{name: report.Element, label: "livekitsrc in a Go program, counting", command: program("element", "-participant", sent.Identity(0))},
	{name: report.Node, label: "rtc-node VideoStream", command: node("")},
	{name: report.NodeRGBA, label: "rtc-node VideoStream, converted to RGBA", command: node("RGBA")},
	{name: "python", label: "Python livekit VideoStream", command: python("")},
	{name: "python-rgba", label: "Python livekit VideoStream, RGBA", command: python("RGBA")},
	{name: "livekitwebrtcsrc", label: "livekitwebrtcsrc in gst-launch-1.0", command: webrtcSource},
	{name: report.Decode, label: "decoding alone, from a file", file: true, command: fromFile("", true)},
	{name: report.DecodeFast, label: "decoding alone, as fast as it goes", file: true, fast: true, command: fromFile("", false)},
	{
		name: report.DecodeRGBA, label: "decoding and converting to RGBA", file: true,
		command: fromFile("videoconvert ! video/x-raw,format=RGBA !", true),
	},
	{
		name: report.FastRGBA, label: "decoding and converting to RGBA, as fast as it goes", file: true, fast: true,
		command: fromFile("videoconvert ! video/x-raw,format=RGBA !", false),
	},
}

// receiversOfClips are for publishers of clips.
var receiversOfClips = []receiver{
	{name: report.OneTrack, label: "livekitsrc in gst-launch-1.0, one track", one: true, command: untouchedTracks(true)},
	{name: report.AllTracks, label: "livekitsrc and livekitaudiosrc in gst-launch-1.0, all tracks", command: untouchedTracks(false)},
	{name: report.SoundRaw, label: "livekitaudiosrc in gst-launch-1.0, samples", command: soundSource("audio/x-raw,format=S16LE")},
	{name: report.SoundUntouched, label: "livekitaudiosrc in gst-launch-1.0, untouched", command: soundSource(encodedCaps["opus"])},
	{name: report.SoundStream, label: "stream.AudioStream in a Go program", command: program("audiostream")},
	{name: report.SoundCounted, label: "livekitaudiosrc in a Go program, counting", command: program("element", "-sound", sent.Sound(0))},
	{name: report.NodeSound, label: "rtc-node AudioStream", command: node("SOUND")},
	{name: report.OpusDecode, label: "opusdec alone, from a file", file: true, command: fromFile("", true)},
	{name: report.OpusFast, label: "opusdec alone, as fast as it goes", file: true, fast: true, command: fromFile("", false)},
}

func receiverNamed(name string) (receiver, error) {
	for _, r := range slices.Concat(receivers, receiversOfClips) {
		if r.name == name {
			return r, nil
		}
	}
	return receiver{}, fmt.Errorf("there is no receiver %q", name)
}

// launch is a gst-launch-1.0 with a pipeline, or with several of them separated by spaces.
func (r request) launch(pipeline string, options ...string) command {
	return command{
		words:       append(append([]string{"gst-launch-1.0", "-q"}, options...), strings.Fields(pipeline)...),
		environment: r.tools.gstreamer(),
	}
}

// source is one livekitsrc for each track. Sinks that are asynchronous would keep each track's first picture until the
// last track has one.
func source(caps string) func(request) (command, error) {
	return func(r request) (command, error) {
		if err := r.tools.has("livekitsrc"); err != nil {
			return command{}, err
		}
		var pipelines []string
		for i := range r.tracks {
			track := sent.Identity(i)
			pipelines = append(pipelines, fmt.Sprintf("livekitsrc room=%s participant=%s ! %s ! benchtap track=%s ! fakesink async=false",
				r.room, track, caps, track))
		}
		return r.launch(strings.Join(pipelines, " ")), nil
	}
}

// soundSource is one livekitaudiosrc for each track of sound.
func soundSource(caps string) func(request) (command, error) {
	return func(r request) (command, error) {
		if err := r.tools.has("livekitaudiosrc"); err != nil {
			return command{}, err
		}
		return r.launch(strings.Join(r.soundPipelines(caps), " ")), nil
	}
}

func (r request) soundPipelines(caps string) (pipelines []string) {
	for i := range r.sounds {
		track := sent.Sound(i)
		pipelines = append(pipelines, fmt.Sprintf("livekitaudiosrc room=%s track-name=%s ! %s ! benchtap track=%s ! fakesink async=false",
			r.room, track, caps, track))
	}
	return pipelines
}

// untouchedTracks are the publisher's own streams, picture and sound, or the first track of picture alone.
func untouchedTracks(one bool) func(request) (command, error) {
	return func(r request) (command, error) {
		if err := r.tools.has("livekitaudiosrc"); err != nil {
			return command{}, err
		}
		var pipelines []string
		for i := range r.tracks {
			track := sent.Identity(i)
			pipelines = append(pipelines, fmt.Sprintf("livekitsrc room=%s track-name=%s ! %s ! benchtap track=%s ! fakesink async=false",
				r.room, track, encodedCaps[r.codec], track))
		}
		pipelines = append(pipelines, r.soundPipelines(encodedCaps["opus"])...)
		if one {
			pipelines = pipelines[:1]
		}
		return r.launch(strings.Join(pipelines, " ")), nil
	}
}

// encodedCaps are those of the publisher's own stream.
var encodedCaps = map[string]string{"vp8": "video/x-vp8", "vp9": "video/x-vp9", "h264": "video/x-h264", "opus": "audio/x-opus"}

// untouched is the publisher's own stream through more elements. It has one track.
func untouched(more string) func(request) (command, error) {
	return func(r request) (command, error) {
		caps := encodedCaps[r.codec]
		if err := r.tools.offers("livekitsrc", caps); err != nil {
			return command{}, err
		}
		track := sent.Identity(0)
		if more == "" {
			more = "fakesink"
		}
		return r.launch(fmt.Sprintf("livekitsrc room=%s participant=%s ! %s ! benchtap track=%s ! %s",
			r.room, track, caps, track, more), "-e"), nil
	}
}

func toFile(r request) (command, error) {
	if r.codec != "h264" {
		return command{}, fmt.Errorf("this case writes H.264, not %s", r.codec)
	}
	return untouched("h264parse ! mp4mux ! filesink location=" + r.tools.scratch("untouched.mp4"))(r)
}

// program is one of the benchmark's own Go programs.
func program(name string, arguments ...string) func(request) (command, error) {
	return func(r request) (command, error) {
		path := r.tools.program(name)
		if _, err := os.Stat(path); err != nil {
			return command{}, fmt.Errorf("it was not built: %w", err)
		}
		words := append([]string{path, "-room", r.room}, arguments...)
		return command{words: words, environment: r.tools.gstreamer()}, nil
	}
}

func node(format string) func(request) (command, error) {
	return func(r request) (command, error) {
		if err := r.tools.present("node", "integration/rtcnode/node_modules/@livekit/rtc-node"); err != nil {
			return command{}, err
		}
		return r.peer("node", "bench/peers/rtcnode.mjs", format), nil
	}
}

func python(format string) func(request) (command, error) {
	return func(r request) (command, error) {
		if err := r.tools.present("python", r.tools.python+"/livekit/rtc"); err != nil {
			return command{}, err
		}
		c := r.peer("python3", "bench/peers/videostream.py", format)
		c.environment = append(c.environment, "PYTHONPATH="+r.tools.python)
		return c, nil
	}
}

// peer is one of the programs of bench/peers, which take a token from the environment.
func (r request) peer(interpreter, script, format string) command {
	c := command{words: []string{interpreter, script}, environment: []string{"LIVEKIT_TOKEN=" + r.token}}
	if format != "" {
		c.words = append(c.words, format)
	}
	return c
}

// webrtcSource is the LiveKit source of gst-plugins-rs. Its usual STUN server is on the internet; nobody answers at this one.
// GStreamer 1.22 agrees on one codec only, the first of those that the source wants, so it is told which.
func webrtcSource(r request) (command, error) {
	if err := r.tools.present("livekitwebrtcsrc", r.tools.webrtc); err != nil {
		return command{}, err
	}
	if err := r.tools.has("livekitwebrtcsrc"); err != nil {
		return command{}, err
	}
	if err := r.tools.has("nicesink"); err != nil {
		return command{}, fmt.Errorf("webrtcbin needs the Debian package gstreamer1.0-nice: %w", err)
	}
	return r.launch(fmt.Sprintf("livekitwebrtcsrc stun-server=stun://127.0.0.1:9 video-codecs=<%s> signaller::ws-url=%s signaller::room-name=%s signaller::auth-token=%s"+
		" ! video/x-raw ! benchtap track=%s ! fakesink", strings.ToUpper(r.codec), r.url, r.room, r.token, sent.Identity(0))), nil
}

// decoders are what livekitsrc decodes with where nothing else is installed than scripts/deps.sh installs, and what reads
// the recording in front of them.
var decoders = map[string]string{
	"vp8":  "ivfparse ! vp8dec",
	"vp9":  "ivfparse ! vp9parse ! vp9dec",
	"h264": "video/x-h264,stream-format=byte-stream,framerate=30/1 ! h264parse ! avdec_h264",
	"opus": "oggdemux ! opusdec",
}

// fromFile decodes the recording, at the pace of the video or as fast as it goes.
func fromFile(more string, paced bool) func(request) (command, error) {
	return func(r request) (command, error) {
		if _, err := os.Stat(r.recording); err != nil {
			return command{}, fmt.Errorf("the stream was not recorded: %w", err)
		}
		return r.launch(fmt.Sprintf("filesrc location=%s ! %s ! %s benchtap track=%s ! fakesink sync=%v",
			r.recording, decoders[r.codec], more, sent.Identity(0), paced)), nil
	}
}
