package engine

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// ClockStats is what is known about the times of the present track, and the clock of its publisher.
type ClockStats struct {
	// Latency is the time from the capture of the last frame until it was pushed to the decoder, or to the pad of an
	// element of sound; 0 if the capture time is unknown. The capture time is by the publisher's clock, the other by
	// ours. If ClockOffset is known, the Latency is corrected by it and only lacks the time from the publisher to the
	// server; otherwise it is wrong by the difference of the clocks.
	Latency time.Duration
	// ClockOffset is by how much the publisher's clock is ahead of ours, estimated from its sender reports. It is valid
	// if HasClockOffset.
	ClockOffset    time.Duration
	HasClockOffset bool
	// Skew is by how much the track is late against the one of the other kind of the same participant, 0 if that is
	// unknown; negative if it is early. SyncState is "off", "waiting" for the other one and for sender reports,
	// "synchronized", or "too-far".
	Skew      time.Duration
	SyncState string
}

// publisherClock collects ClockStats. It may be used from any goroutine.
type publisherClock struct {
	age   atomic.Int64 // ClockStats.Latency
	ahead atomic.Int64 // ClockStats.ClockOffset, 0 while unknown

	mu     sync.Mutex
	offset mediaclock.Offset
	member *mediaclock.SyncMember // of the track; nil for none
}

// reset forgets the offset: another track follows.
func (c *publisherClock) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = mediaclock.Offset{}
	c.ahead.Store(0)
}

// setMember sets the member of the track in its publisher's group.
func (c *publisherClock) setMember(member *mediaclock.SyncMember) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.member = member
}

// noteSenderReport updates the offset. sent is the publisher's time in the report; zero is none.
func (c *publisherClock) noteSenderReport(track *room.Track, sent, received time.Time) {
	if sent.IsZero() {
		return
	}
	trip := track.RoundTrip()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset.Observe(sent, received, trip)
	ahead, _ := c.offset.Estimate()
	c.ahead.Store(int64(ahead))
}

// noteAge records the age of what is being passed on. captured is zero if that is unknown.
func (c *publisherClock) noteAge(captured time.Time) {
	if captured.IsZero() {
		c.age.Store(0)
		return
	}
	c.age.Store(int64(time.Since(captured)) + c.ahead.Load())
}

func (c *publisherClock) stats() ClockStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := ClockStats{Latency: time.Duration(c.age.Load()), Skew: c.member.Skew(), SyncState: c.member.State().String()}
	stats.ClockOffset, stats.HasClockOffset = c.offset.Estimate()
	return stats
}
