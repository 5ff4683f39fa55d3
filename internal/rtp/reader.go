package rtp

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/transport/v5/packetio"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

const (
	// queuedBytes limits the packets queued for a slow Reader that shares its Source. It is one second at 8 Mbit/s.
	// Further packets are dropped.
	queuedBytes = 1 << 20

	// hurryPoll is how often a subscription is read again while packets are missing. pion queues retransmitted packets
	// separately and checks that queue only when a read begins: without another read they would wait for the next
	// ordinary packet.
	hurryPoll = 5 * time.Millisecond
)

// Reader reads the packets of a [Source], to which [Hold] attaches it, like a *webrtc.TrackRemote.
//
// Read and SetReadDeadline are each for one goroutine at a time; all other methods may be called from any goroutine.
type Reader struct {
	source  *Source // set when it is attached
	reads   atomic.Bool
	packets *packetio.Buffer // packets that the Source's goroutine read for it
	queued  atomic.Int64     // number of packets in packets
	dropped atomic.Uint64

	over     chan struct{} // closed when the Reader has ended, for any reason
	overOnce sync.Once
	broken   atomic.Pointer[guard.Error] // the internal error that ended it, if any

	// Guarded by source.mu:
	deadline time.Time
	hurries  bool

	mu       sync.Mutex
	onReport func(*rtcp.SenderReport, time.Time)
}

// NewReader returns a Reader that is not attached yet.
func NewReader() *Reader {
	r := &Reader{packets: packetio.NewBuffer(), over: make(chan struct{})}
	r.packets.SetLimitSize(queuedBytes)
	return r
}

// Read reads one RTP packet into b. When the Reader has ended and every earlier packet was read, it returns io.EOF or a
// *guard.Error. Packets are in order of arrival: since LiveKit retransmits, they can be out of order and duplicated.
// The attributes are always nil.
func (r *Reader) Read(b []byte) (int, interceptor.Attributes, error) {
	s := r.source
	if !r.reads.Load() {
		r.reads.Store(true)
		s.mu.Lock()
		s.arrange()
		s.mu.Unlock()
	}
	for bad := 0; bad < maxBadReads; {
		if s.alone.Load() != r || r.queued.Load() > 0 || r.isOver() {
			n, err := r.readQueued(b)
			if err != nil && isTimeout(err) && s.alone.Load() == r && !r.isExpired() {
				continue // this Reader reads the subscription itself now
			}
			return n, nil, err
		}
		n, ready, err := r.readRemote(b)
		switch {
		case !ready:
		case err == nil:
			return n, nil, nil
		case isEnd(err):
			s.end(false)
		case isTimeout(err):
			if s.alone.Load() == r && r.isExpired() {
				return 0, nil, err
			}
			s.kicked.Store(true) // the deadline must be set again
		default:
			bad++
		}
	}
	s.end(false)
	return 0, nil, r.end()
}

// readRemote reads from the subscription. ready is false if this Reader does not read it itself.
func (r *Reader) readRemote(b []byte) (n int, ready bool, err error) {
	s := r.source
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.kicked.Load() {
		s.mu.Lock()
		mine := s.alone.Load() == r && !s.stopping
		if mine {
			s.kicked.Store(false)
			r.armRemote()
		}
		s.mu.Unlock()
		if !mine {
			return 0, false, nil
		}
	}
	if s.alone.Load() != r || r.queued.Load() > 0 || r.isOver() {
		return 0, false, nil
	}
	n, _, err = s.remote.Read(b)
	return n, true, err
}

// readQueued reads a packet that the Source's goroutine queued.
func (r *Reader) readQueued(b []byte) (int, error) {
	switch {
	case r.queued.Load() > 0:
		if r.source.alone.Load() == r {
			_ = r.packets.SetReadDeadline(time.Time{}) // it was set in the past to wake this reader; never fails
		}
	case r.isOver():
		return 0, r.end()
	}
	n, _, err := r.packets.Read(b, nil)
	switch {
	case err == nil:
		r.queued.Add(-1)
		return n, nil
	case isTimeout(err):
		return 0, err
	}
	return 0, r.end()
}

// end returns the error of a Reader that has ended.
func (r *Reader) end() error {
	if broken := r.broken.Load(); broken != nil {
		return broken
	}
	return io.EOF
}

// isExpired reports whether the read deadline has passed.
func (r *Reader) isExpired() bool {
	r.source.mu.Lock()
	defer r.source.mu.Unlock()
	return !r.deadline.IsZero() && !time.Now().Before(r.deadline)
}

// SetReadDeadline sets when the present and later calls of Read return an error whose Timeout method reports true. The
// zero time means never.
func (r *Reader) SetReadDeadline(deadline time.Time) error {
	r.source.mu.Lock()
	defer r.source.mu.Unlock()
	r.deadline = deadline
	if r.source.alone.Load() == r {
		r.armRemote()
		return nil
	}
	r.armBuffer()
	return nil
}

// armRemote sets the deadline of the subscription. source.mu must be held. It fails only if the subscription has ended,
// which a read notices.
func (r *Reader) armRemote() {
	deadline := r.deadline
	if r.hurries {
		if soon := time.Now().Add(hurryPoll); deadline.IsZero() || soon.Before(deadline) {
			deadline = soon
		}
	}
	_ = r.source.remote.SetReadDeadline(deadline)
}

// armBuffer sets the deadline for the queued packets. It never fails.
func (r *Reader) armBuffer() { _ = r.packets.SetReadDeadline(r.deadline) }

// Hurry says whether packets are missing: retransmitted packets are then delivered as they arrive. Each call with true
// needs one with false.
func (r *Reader) Hurry(hurry bool) {
	s := r.source
	s.mu.Lock()
	defer s.mu.Unlock()
	r.hurries = hurry
	switch s.alone.Load() {
	case r:
		r.armRemote()
	case nil:
		s.kick() // so that the read uses the new deadline
	}
}

// put queues a copy of a packet.
func (r *Reader) put(packet []byte) {
	switch _, err := r.packets.Write(packet, nil); {
	case err == nil:
		r.queued.Add(1)
	case errors.Is(err, packetio.ErrFull):
		r.dropped.Add(1)
	}
}

// Dropped returns how many packets were dropped because Read was not called often enough.
func (r *Reader) Dropped() uint64 { return r.dropped.Load() }

// Lost returns a channel that is closed when the Reader has ended. Read may still return earlier packets.
func (r *Reader) Lost() <-chan struct{} { return r.over }

func (r *Reader) isOver() bool {
	select {
	case <-r.over:
		return true
	default:
		return false
	}
}

// Finish ends the Reader.
func (r *Reader) Finish() {
	r.overOnce.Do(func() {
		close(r.over)
		_ = r.packets.Close() // never fails
	})
}

// OnSenderReport registers f, which replaces an earlier function, for the sender reports of the subscription (RFC 3550
// section 6.4.1) and their arrival times. f is called at once with the last report, if there is one. f must not block.
func (r *Reader) OnSenderReport(f func(report *rtcp.SenderReport, received time.Time)) {
	r.mu.Lock()
	r.onReport = f
	r.mu.Unlock()
	r.source.mu.Lock()
	last := r.source.lastReport
	r.source.mu.Unlock()
	if last != nil {
		r.report(last)
	}
}

func (r *Reader) report(report *senderReport) {
	r.mu.Lock()
	f := r.onReport
	r.mu.Unlock()
	if f != nil {
		f(report.report, report.received)
	}
}
