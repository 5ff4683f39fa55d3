package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gst-livekit/gst-livekit/bench/measure"
	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// result is what one receiver tells on its standard output.
type result struct {
	FirstFrame    float64 // ms from the beginning of the join
	CPU           float64 // seconds per second
	Switches      float64 // of all threads, per second
	Threads       int
	Goroutines    int
	Frames        float64 // per second, of all tracks
	Packets       float64 // likewise
	Allocations   float64 // likewise
	Median, Tail  float64 // ms from the publisher's SDK to a whole access unit; the tail is the 95th percentile
	Requests      float64 // for packets that were missing, per second
	InTime        float64 // percent of the packets that were missing
	Close         float64 // ms
	GoroutinesEnd int     // that are left after Close, without those of this program
}

// track is what both ways have in common.
type track interface {
	rtp.PacketReader
	RequestKeyFrame()
	RequestPackets(sequences []uint16)
	RoundTrip() time.Duration
}

// way joins a room, and calls got on a goroutine for each track. It returns a function that leaves, and waits.
type way func(ctx context.Context, token string, tracks int, got func(t track, codec string)) (leave func(), err error)

// meter takes what the tracks deliver.
type meter struct {
	begun time.Time
	first chan struct{} // closed when each track has delivered

	mu      sync.Mutex
	waiting int
	firstAt time.Duration
	frames  int
	delays  []float64
	stats   []func() rtp.Stats
}

func (m *meter) unit(u *video.AccessUnit, isFirst bool) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if isFirst {
		if m.waiting--; m.waiting == 0 {
			m.firstAt = now.Sub(m.begun)
			close(m.first)
		}
	}
	m.frames++
	if u.Metadata != nil && u.Metadata.UserTimestamp != nil {
		m.delays = append(m.delays, float64(now.UnixMicro()-int64(*u.Metadata.UserTimestamp))/1000)
	}
}

// read makes access units of a track until it ends.
func (m *meter) read(ctx context.Context, t track, mimeType string) error {
	codec, err := caps.CodecFromMimeType(mimeType)
	if err != nil {
		return err
	}
	receiver, err := video.New(video.Config{
		Config: rtp.Config{
			Latency: rtp.Adaptive, RequestPackets: t.RequestPackets, RoundTrip: t.RoundTrip,
		},
		Codec: codec, RequestKeyFrame: t.RequestKeyFrame,
	})
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.stats = append(m.stats, func() rtp.Stats { return receiver.Stats().Stats })
	m.mu.Unlock()
	isFirst := true
	err = receiver.Run(ctx, t, func(u *video.AccessUnit) error {
		m.unit(u, isFirst)
		isFirst = false
		return nil
	})
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil //nolint:nilerr // it was stopped
	}
	return err
}

// sample is the state of the process at one moment.
type sample struct {
	at       time.Time
	cpu      time.Duration
	switches uint64
	frames   int
	packets  rtp.Stats
	allocs   uint64
}

func (m *meter) sample() (s sample, threads int, err error) {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return s, 0, err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	s = sample{at: time.Now(), cpu: time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), allocs: memory.Mallocs}
	s.switches = uint64(usage.Nvcsw + usage.Nivcsw)
	tasks, err := os.ReadDir("/proc/self/task")
	m.mu.Lock()
	defer m.mu.Unlock()
	s.frames = m.frames
	for _, packets := range m.stats {
		s.packets.Add(packets())
	}
	return s, len(tasks), err
}

func receive(ctx context.Context, o options) error {
	join, ok := ways[o.role]
	if !ok {
		return fmt.Errorf("there is no way %q", o.role)
	}
	before := runtime.NumGoroutine()
	m := &meter{begun: time.Now(), first: make(chan struct{}), waiting: o.tracks}
	errs := make(chan error, o.tracks)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	leave, err := join(ctx, os.Getenv("LIVEKIT_TOKEN"), o.tracks, func(t track, codec string) { errs <- m.read(reading, t, codec) })
	if err != nil {
		return err
	}
	select {
	case <-m.first:
	case err := <-errs:
		return errors.Join(errors.New("a track ended"), err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	// Joining and the estimates that begin with it are over by then.
	select {
	case <-time.After(2 * time.Second):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	r, err := m.measure(ctx, o)
	if err != nil {
		return err
	}
	left := time.Now()
	stop()
	leave()
	r.Close = ms(time.Since(left))
	for range o.tracks {
		if err := <-errs; err != nil {
			return err
		}
	}
	r.GoroutinesEnd = runtime.NumGoroutine() - before
	return json.NewEncoder(os.Stdout).Encode(r)
}

func (m *meter) measure(ctx context.Context, o options) (r result, err error) {
	if o.cpuProfile != "" {
		file, err := os.Create(o.cpuProfile)
		if err != nil {
			return r, err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return r, err
		}
		defer pprof.StopCPUProfile()
	}
	from, _, err := m.sample()
	if err != nil {
		return r, err
	}
	m.mu.Lock()
	m.delays = m.delays[:0]
	m.mu.Unlock()
	select {
	case <-time.After(time.Duration(o.seconds * float64(time.Second))):
	case <-ctx.Done():
		return r, context.Cause(ctx)
	}
	to, threads, err := m.sample()
	if err != nil {
		return r, err
	}
	recovered, lost := to.packets.Recovered-from.packets.Recovered, to.packets.Lost-from.packets.Lost
	seconds := to.at.Sub(from.at).Seconds()
	m.mu.Lock()
	defer m.mu.Unlock()
	return result{
		FirstFrame: ms(m.firstAt), CPU: (to.cpu - from.cpu).Seconds() / seconds,
		Switches: float64(to.switches-from.switches) / seconds, Threads: threads, Goroutines: runtime.NumGoroutine(),
		Frames: float64(to.frames-from.frames) / seconds, Packets: float64(to.packets.Packets-from.packets.Packets) / seconds,
		Allocations: float64(to.allocs-from.allocs) / seconds,
		Requests:    float64(to.packets.PacketRequests-from.packets.PacketRequests) / seconds,
		InTime:      100 * float64(recovered) / float64(max(recovered+lost, 1)),
		Median:      measure.Median(m.delays), Tail: measure.Percentile(m.delays, 95),
	}, nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
