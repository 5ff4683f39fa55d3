package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/go-gst/go-gst/gst"
	"github.com/go-gst/go-gst/gst/app"

	"github.com/gst-livekit/gst-livekit/elements/livekitbin"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// pipelineLine receives one participant for as long as the program runs, whatever that one shares and however often. What is
// not read at once is dropped, so the pipeline never waits.
const pipelineLine = "livekitsrc name=picture ! videoconvert ! jpegenc quality=80 ! appsink name=pictures max-buffers=2 drop=true " +
	"livekitaudiosrc name=sound ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! appsink name=sounds max-buffers=20 drop=true"

const (
	statisticsInterval = 500 * time.Millisecond
	levelInterval      = 100 * time.Millisecond
	silence            = -100.0 // in decibels
)

// receiver is the pipeline that plays.
type receiver struct {
	pipeline *gst.Pipeline
	picture  *gst.Element // livekitsrc
	viewers  *viewers
	failed   chan error // gets the first error
	stopping chan struct{}
	running  sync.WaitGroup
}

// startReceiver receives until stop.
func startReceiver(server *devserver.Server, viewers *viewers) (*receiver, error) {
	gst.Init(nil)
	if err := livekitbin.Register(); err != nil {
		return nil, fmt.Errorf("register the elements: %w", err)
	}
	pipeline, err := gst.NewPipelineFromString(pipelineLine)
	if err != nil {
		return nil, fmt.Errorf("make the pipeline: %w", err)
	}
	r := &receiver{pipeline: pipeline, viewers: viewers, failed: make(chan error, 1), stopping: make(chan struct{})}
	elements := map[string]*gst.Element{}
	for _, name := range []string{"picture", "sound", "pictures", "sounds"} {
		if elements[name], err = pipeline.GetElementByName(name); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"picture", "sound"} {
		for property, value := range map[string]string{
			"url": server.URL(), "api-key": server.APIKey, "api-secret": server.APISecret, "room": roomName, "participant": identity,
		} {
			set(elements[name], property, value)
		}
	}
	r.picture = elements["picture"]
	if err := pipeline.SetState(gst.StatePlaying); err != nil {
		_ = pipeline.SetState(gst.StateNull)
		return nil, fmt.Errorf("start the pipeline: %w", err)
	}
	r.running.Go(func() { r.passPictures(app.SinkFromElement(elements["pictures"])) })
	r.running.Go(func() { r.passLevels(app.SinkFromElement(elements["sounds"])) })
	r.running.Go(r.passStatistics)
	r.running.Go(r.watch)
	return r, nil
}

// stop ends the pipeline and returns when nothing of it is left.
func (r *receiver) stop() {
	close(r.stopping)
	_ = r.pipeline.SetState(gst.StateNull) // after which sinks have no more samples
	r.running.Wait()
}

// setQuality asks for a layer: auto, low, medium or high.
func (r *receiver) setQuality(quality string) { set(r.picture, "quality", quality) }

func (r *receiver) passPictures(sink *app.Sink) {
	for sample := sink.PullSample(); sample != nil; sample = sink.PullSample() {
		if !r.viewers.any() {
			continue
		}
		picture := sample.GetBuffer().Bytes()
		r.viewers.tell(func(n *news) { n.picture = picture })
	}
}

// passLevels passes on how loud it is.
func (r *receiver) passLevels(sink *app.Sink) {
	var sum, count float64
	next := time.Now()
	for sample := sink.PullSample(); sample != nil; sample = sink.PullSample() {
		data := sample.GetBuffer().Bytes()
		for ; len(data) >= 2; data = data[2:] {
			value := float64(int16(binary.LittleEndian.Uint16(data))) / -math.MinInt16
			sum += value * value
			count++
		}
		if now := time.Now(); now.After(next) {
			level := decibels(sum, count)
			r.viewers.tell(func(n *news) { n.level = &level })
			sum, count, next = 0, 0, now.Add(levelInterval)
		}
	}
}

// decibels is the level of count samples whose squares have this sum, relative to full scale.
func decibels(sum, count float64) float64 {
	if sum == 0 || count == 0 {
		return silence
	}
	return max(silence, 10*math.Log10(sum/count))
}

func (r *receiver) passStatistics() {
	ticker := time.NewTicker(statisticsInterval)
	defer ticker.Stop()
	for {
		select {
		case <-r.stopping:
			return
		case <-ticker.C:
			now := statistics(r.picture)
			r.viewers.tell(func(n *news) { n.statistics = now })
		}
	}
}

// watch reads what the elements say, until the first error. A warning is not of interest: most of them say that nothing is
// shared yet, which the page shows, too.
func (r *receiver) watch() {
	const interval = gst.ClockTime(100 * time.Millisecond)
	bus := r.pipeline.GetPipelineBus()
	for {
		select {
		case <-r.stopping:
			return
		default:
		}
		switch message := bus.TimedPopFiltered(interval, gst.MessageError|gst.MessageEOS); {
		case message == nil:
		case message.Type() == gst.MessageEOS:
			r.failed <- fmt.Errorf("the stream has ended: the room is gone")
			return
		default:
			r.failed <- fmt.Errorf("the pipeline: %w", message.ParseError())
			return
		}
	}
}
