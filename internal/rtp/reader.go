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
	// queuedBytes is what waits for a slow Reader, beside others, before packets are dropped: a second at 8 Mbit/s.
	queuedBytes = 1 << 20

	// hurryPoll is how often a subscription is read anew while packets are missing. pion keeps those that were sent again
	// apart, and looks there only when a read begins: without another read they would wait for the next ordinary packet.
	hurryPoll = 5 * time.Millisecond
)

// Reader reads the packets of a [Source], which it is attached to with [Hold], like a *webrtc.TrackRemote.
//
// Read and SetReadDeadline are for one goroutine at a time each; all else may be called from any goroutine.
type Reader struct {
	source  *Source // set when it is attached
	reads   atomic.Bool
	packets *packetio.Buffer // what was read for it
	queued  atomic.Int64     // packets in there
	dropped atomic.Uint64

	over     chan struct{} // closed at the end, whatever the cause
	overOnce sync.Once
	broken   atomic.Pointer[guard.Error] // why it ended, if that is our fault

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

// Read reads one RTP packet into b. It returns io.EOF when the Reader has ended and every packet that arrived before was
// read, or a *guard.Error. Packets come as they arrived: LiveKit retransmits, so they can be out of order and doubled. The
// attributes are always nil.
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
				continue // it is for us to read
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
			s.kicked.Store(true) // there is another deadline to be set
		default:
			bad++
		}
	}
	s.end(false)
	return 0, nil, r.end()
}

// readRemote reads the subscription. Ready is false if it is not for us to read.
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

// readQueued reads what was read for it.
func (r *Reader) readQueued(b []byte) (int, error) {
	switch {
	case r.queued.Load() > 0:
		if r.source.alone.Load() == r {
			_ = r.packets.SetReadDeadline(time.Time{}) // it was a past one, to wake us; never fails
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

// end is the error of a Reader that is over.
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

// SetReadDeadline sets when a present or later Read returns an error whose Timeout method reports true. The zero time is
// never.
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

// armRemote sets the deadline of the subscription. source.mu is held. It fails only for one that has ended, which notices by
// itself.
func (r *Reader) armRemote() {
	deadline := r.deadline
	if r.hurries {
		if soon := time.Now().Add(hurryPoll); deadline.IsZero() || soon.Before(deadline) {
			deadline = soon
		}
	}
	_ = r.source.remote.SetReadDeadline(deadline)
}

// armBuffer sets the deadline of what is read for it. It never fails.
func (r *Reader) armBuffer() { _ = r.packets.SetReadDeadline(r.deadline) }

// Hurry says whether packets are missing: those that are sent again are then handed on as they come. Each call with true
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
		s.kick() // for another deadline
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

// Dropped returns how many packets were lost because Read was not called often enough.
func (r *Reader) Dropped() uint64 { return r.dropped.Load() }

// Lost is closed when the Reader has ended. Read may still have packets to give.
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

// OnSenderReport registers f, which replaces an earlier one, for the sender reports of the subscription (RFC 3550 section
// 6.4.1) and the time at which each arrived. The last one that arrived is given to f at once. f must not block.
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
