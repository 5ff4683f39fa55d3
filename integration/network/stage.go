package network

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/network/link"
	"github.com/gst-livekit/gst-livekit/integration/network/sink"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const (
	// Room is where everybody is.
	Room = "network"
	// The stream of most cases.
	width, height, frameRate = 640, 360, 30
	bitrate                  = 1_500_000
	// simulcastBitrate is that of the largest layer.
	simulcastBitrate = 2_000_000

	patience = 30 * time.Second
)

// Options say what is on a stage.
type Options struct {
	// Codec is vp8, h264, vp9, h265 or av1.
	Codec string
	// Simulcast has LiveKit's Node SDK publish 1280x720 in three layers, instead of one of width x height.
	Simulcast bool
	// Estimate has the server estimate the bandwidth, as in Case.
	Estimate bool
	// Seed is that of all chance on the link.
	Seed uint64
	// Log gets what the server and the receivers say; nil means nobody.
	Log io.Writer
}

// Stage is a server, a publisher and a control receiver on the near side of a link. The program must be isolated.
type Stage struct {
	Server  *devserver.Server
	Link    *link.Link
	Control *Receiver

	options     Options
	directory   string // of the sink's plugin and its registry
	environment []string
	publisher   *program // of the Node SDK, or nil
	published   *published
	close       []func() error
}

// Open starts them, and returns when the control receiver shows pictures.
func Open(ctx context.Context, options Options) (_ *Stage, err error) {
	s := &Stage{options: options, published: &published{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.directory, err = os.MkdirTemp("", "gst-livekit-network-"); err != nil {
		return nil, fmt.Errorf("make a directory for the network's sink: %w", err)
	}
	s.closes(func() error { return os.RemoveAll(s.directory) })
	if err := sink.Build(ctx, s.directory); err != nil {
		return nil, err
	}
	if s.Link, err = link.Open(link.Options{Seed: options.Seed, Both: Base}); err != nil {
		return nil, err
	}
	s.closes(s.Link.Close)
	s.Server, err = devserver.Start(ctx, devserver.Options{
		Address: link.NearAddress, SendSideBandwidthEstimation: options.Estimate, LogWriter: options.Log,
	})
	if err != nil {
		return nil, err
	}
	s.closes(func() error { s.Server.Stop(); return nil })
	s.environment = append(sink.Environment(s.directory), s.Server.Environment()...)
	if err := s.publish(ctx); err != nil {
		return nil, err
	}
	if s.Control, err = s.Receive(ctx, control()); err != nil {
		if s.publisher != nil {
			err = fmt.Errorf("%w\n%s said:\n%s", err, s.publisher.Name, s.publisher.said())
		}
		return nil, err
	}
	return s, nil
}

func (s *Stage) closes(f func() error) { s.close = append(s.close, f) }

// Close ends everybody.
func (s *Stage) Close() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i]())
	}
	s.close = nil
	return errors.Join(errs...)
}

// publish starts the publisher.
func (s *Stage) publish(ctx context.Context) error {
	// GStreamer 1.22 has no encoder of AV1 that makes key frames on request.
	if s.options.Simulcast || s.options.Codec == "av1" {
		return s.publishNode()
	}
	publisher, err := testpublisher.Start(ctx, testpublisher.Config{
		URL: s.Server.URL(), APIKey: s.Server.APIKey, APISecret: s.Server.APISecret, Room: Room,
		Codec: testpublisher.Codec(s.options.Codec), Width: width, Height: height, FrameRate: frameRate, Bitrate: bitrate,
		Pattern: testpublisher.Detailed,
		Encoded: func(picture testpublisher.Encoded) { s.published.add(picture.Made) },
	})
	if err != nil {
		return err
	}
	s.closes(func() error {
		err := publisher.Err()
		publisher.Close()
		return err
	})
	return nil
}

// outage takes the link down for a time.
func (s *Stage) outage(ctx context.Context, duration time.Duration) error {
	var before [2]link.Impairment
	for _, d := range []link.Direction{link.ToFar, link.ToNear} {
		before[d] = s.Link.Impairment(d)
		down := before[d]
		down.Down = true
		if err := s.Link.Set(d, down); err != nil {
			return err
		}
	}
	wait(ctx, duration)
	return errors.Join(s.Link.Set(link.ToFar, before[link.ToFar]), s.Link.Set(link.ToNear, before[link.ToNear]))
}

// published is when the pictures were made that were published.
type published struct {
	mu   sync.Mutex
	made []time.Time
}

func (p *published) add(made time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made = append(p.made, made)
}

// between are those that were made from one moment to before another.
func (p *published) between(from, to time.Time) []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	var made []time.Time
	for _, at := range p.made {
		if !at.Before(from) && at.Before(to) {
			made = append(made, at)
		}
	}
	return made
}
