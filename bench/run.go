package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/measure"
	"github.com/gst-livekit/gst-livekit/bench/report"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

const (
	roomName = "bench"
	// patience is for the first frame, and for a file to be decoded that takes much longer than its video.
	patience = 20 * time.Second
	// between is how long nobody receives before the next one does. When a subscriber leaves, livekit-server asks the
	// publisher for one more key frame, and passes on no other request for up to a second: the next one's would be late.
	between = 1500 * time.Millisecond
)

// bench runs cases.
type bench struct {
	options options
	tools   tools
}

func newBench(o options) (*bench, error) {
	b := &bench{options: o, tools: newTools()}
	if err := os.MkdirAll(b.tools.directory, 0o755); err != nil {
		return nil, fmt.Errorf("make directory for the benchmark: %w", err)
	}
	// Whoever is first would wait for GStreamer's registry to be made.
	if err := b.tools.has("benchtap"); err != nil {
		return nil, fmt.Errorf("%w; run the benchmark with make bench, from the repository's root", err)
	}
	return b, nil
}

// run runs one case, with a server and a publisher of its own.
func (b *bench) run(ctx context.Context, c benchCase) (*report.Result, error) {
	machine, err := readMachine(ctx)
	if err != nil {
		return nil, err
	}
	duration, rounds := b.options.duration, b.options.rounds
	if c.duration > 0 {
		duration = c.duration
	}
	if c.rounds > 0 {
		rounds = c.rounds
	}
	result := &report.Result{
		Case: c.name, Title: c.title, Tracks: c.tracks + c.sounds, FrameRate: c.frameRate,
		Seconds: duration.Seconds(), Rounds: rounds, Machine: machine,
	}
	fmt.Printf("==> %s: %s\n", c.name, c.title)
	if c.alone {
		result.Values, err = pluginValues(ctx, b.tools)
		return result, err
	}
	stage, err := b.open(ctx, c, duration)
	if err != nil {
		return nil, err
	}
	err = b.compare(ctx, stage, result)
	return result, errors.Join(err, stage.close())
}

// stage is what receivers receive from.
type stage struct {
	request
	server      *devserver.Server
	publisher   *publisher
	environment []string
	duration    time.Duration
	log         *os.File
}

// open starts the server and the publisher, and waits until the stream is recorded.
func (b *bench) open(ctx context.Context, c benchCase, duration time.Duration) (*stage, error) {
	log, err := os.Create(b.tools.scratch("livekit-server.log"))
	if err != nil {
		return nil, fmt.Errorf("keep the server's log: %w", err)
	}
	s := &stage{duration: duration, log: log}
	s.request = request{
		benchCase: c, tools: b.tools, room: roomName,
		recording: b.tools.scratch(c.name + recordingSuffix(c.codec)),
	}
	if err := os.Remove(s.recording); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("remove an earlier recording: %w", err), log.Close())
	}
	s.server, err = devserver.Start(ctx, devserver.Options{
		Binary: filepath.Join("build", "livekit-server"), MediaAddress: devserver.MachineAddress(), LogWriter: log,
	})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	s.url = s.server.URL()
	s.environment = s.server.Environment()
	s.publisher, err = startPublisher(ctx, s.request, duration.Seconds(), s.environment)
	if err == nil {
		err = s.publisher.recorded(ctx, s.recording, duration+patience)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func recordingSuffix(codec string) string {
	switch codec {
	case "h264":
		return ".h264"
	case "opus":
		return ".ogg"
	}
	return ".ivf"
}

func (s *stage) close() error {
	var err error
	if s.publisher != nil {
		err = s.publisher.stop()
	}
	s.server.Stop()
	return errors.Join(err, s.log.Close())
}

// compare runs each receiver once in a round. The next round begins with another one, so that none is always first.
func (b *bench) compare(ctx context.Context, s *stage, result *report.Result) error {
	var taking []receiver
	for _, name := range s.receivers {
		if len(b.options.receivers) > 0 && !slices.Contains(b.options.receivers, name) {
			continue
		}
		r, err := receiverNamed(name)
		if err != nil {
			return err
		}
		taking = append(taking, r)
		result.Receivers = append(result.Receivers, report.Receiver{Name: r.name, Label: r.label})
	}
	for round := range result.Rounds {
		for i := range taking {
			at := (i + round) % len(taking)
			if result.Receivers[at].Absent != "" {
				continue
			}
			if err := s.once(ctx, taking[at], &result.Receivers[at]); err != nil {
				return err
			}
		}
	}
	for i := range result.Receivers {
		if r := &result.Receivers[i]; len(r.Runs) > 0 {
			r.Middle = new(measure.Middle(r.Runs))
		}
	}
	return nil
}

// once runs a receiver. One that fails is absent in the rounds that follow.
func (s *stage) once(ctx context.Context, r receiver, into *report.Receiver) error {
	switch summary, err := s.measure(ctx, r, into); {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		into.Absent = withoutPlaces(err.Error())
		fmt.Printf("    %-52s absent: %s\n", r.label, into.Absent)
	default:
		into.Runs = append(into.Runs, summary)
		fmt.Printf("    %s\n", report.Line(r.label, summary))
	}
	return nil
}

// withoutPlaces takes the directories of this machine out of a text that is kept.
func withoutPlaces(text string) string {
	if here, err := os.Getwd(); err == nil {
		text = strings.ReplaceAll(text, here+"/", "")
	}
	if home, err := os.UserHomeDir(); err == nil && home != "/" {
		text = strings.ReplaceAll(text, home, "~")
	}
	return text
}

func (s *stage) measure(ctx context.Context, r receiver, into *report.Receiver) (measure.Summary, error) {
	request := s.request
	var err error
	request.token, err = s.server.Token(devserver.TokenOptions{Room: s.room, Identity: "receiver", CanSubscribe: true})
	if err != nil {
		return measure.Summary{}, err
	}
	c, err := r.command(request)
	if err != nil {
		return measure.Summary{}, err
	}
	into.Command = request.shown(c)
	if _, err := exec.LookPath(c.words[0]); err != nil {
		return measure.Summary{}, err
	}
	subject := measure.Subject{Command: c.build(s.environment...), Tracks: s.tracks + s.sounds, Duration: s.duration, Patience: patience}
	if r.one {
		subject.Tracks = 1
	}
	if r.file {
		subject.Tracks, subject.Duration, subject.Patience = 1, 0, s.duration+patience
	}
	if !r.file {
		select {
		case <-time.After(between):
		case <-ctx.Done():
			return measure.Summary{}, context.Cause(ctx)
		}
	}
	observed, err := measure.Observe(ctx, subject)
	if err != nil {
		return measure.Summary{}, err
	}
	stream := measure.Stream{FrameRate: s.frameRate, Sound: s.sounds > 0}
	if !r.file {
		stream.Sent = s.publisher.pictures.Sent()
	}
	return measure.Summarize(observed, stream, !r.fast)
}
