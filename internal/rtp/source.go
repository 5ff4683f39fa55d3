package rtp

import (
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Source is one subscription, whose packets go to each [Reader] that is attached to it. It exists while somebody holds it,
// and ends when the subscription does.
//
// A subscription, which is a *webrtc.TrackRemote, allows one reader at a time. A single Reader reads it by itself, on the
// goroutine that calls Read and into the memory that it was given. Otherwise a goroutine of the Source reads, and copies to
// each: that is what lets two of them have the same track, lets a track be given up and taken again without a gap in who
// reads, and tells that a subscription has ended although nobody reads it.
type Source struct {
	remote PacketReader
	rate   int64 // ticks of an RTP timestamp per second

	// Guarded by sources.mu:
	holds    int
	dropping bool          // by the last hold
	gone     chan struct{} // closed when another Source may read remote

	alone  atomic.Pointer[Reader] // that reads remote by itself; nil while the goroutine does
	turn   sync.Mutex             // held by whoever reads remote, while reading
	kicked atomic.Bool            // the read deadline of remote is one that has passed

	ended chan struct{}  // closed when no packet will come
	work  sync.WaitGroup // of our goroutines; nobody waits for it

	mu         sync.Mutex
	stopping   bool
	pumping    bool // the goroutine is there, and has not been told to go
	overdue    *time.Timer
	readers    []*Reader
	lastReport *senderReport
	onEnd      func()
	waiting    bool // packets may be waiting that are of no use any more
	isNew      bool // early has everything that came so far
	early      backlog
}

type senderReport struct {
	report   *rtcp.SenderReport
	received time.Time
}

// sources are all Sources of the process, by subscription.
var sources struct {
	mu sync.Mutex
	m  map[PacketReader]*Source
}

// Hold returns the Source of remote and makes one when there is none. Each hold needs one Drop. reader, which may be nil,
// is attached before the first packet is read; attached is false when the subscription is over. Without a reader the
// subscription must be new: who attaches within maxBacklog still gets its first packets, and with them its first key frame.
func Hold(remote PacketReader, clockRate uint32, reader *Reader) (s *Source, attached bool) {
	sources.mu.Lock()
	defer sources.mu.Unlock()
	for s = sources.m[remote]; s != nil && s.dropping; s = sources.m[remote] {
		sources.mu.Unlock()
		<-s.gone // soon: whoever reads has been stopped
		sources.mu.Lock()
	}
	isNew := s == nil
	if isNew {
		s = &Source{
			remote: remote, rate: int64(max(clockRate, 1)), isNew: reader == nil, waiting: reader != nil,
			ended: make(chan struct{}), gone: make(chan struct{}),
		}
		if sources.m == nil {
			sources.m = make(map[PacketReader]*Source)
		}
		sources.m[remote] = s
	}
	s.holds++
	attached = reader != nil && s.attach(reader)
	if isNew {
		s.mu.Lock()
		s.startPump()
		s.mu.Unlock()
	}
	return s, attached
}

// Drop gives up one hold. The last one stops the reading and waits for it; remote is then free for another reader, such as
// the application that it belongs to.
func (s *Source) Drop() {
	sources.mu.Lock()
	s.holds--
	s.dropping = s.holds == 0
	last := s.dropping
	sources.mu.Unlock()
	if !last {
		return
	}
	s.mu.Lock()
	s.stopping = true
	if alone := s.alone.Swap(nil); alone != nil {
		alone.armBuffer()
	}
	s.kick()
	s.mu.Unlock()
	s.turn.Lock() // nobody reads any more, nor begins to
	_ = s.remote.SetReadDeadline(time.Time{})
	s.turn.Unlock()
	s.end(true)

	sources.mu.Lock()
	defer sources.mu.Unlock()
	delete(sources.m, s.remote)
	close(s.gone)
}

// kick lets a present or later read of remote return at once. It is called with s.mu held, and fails only on a
// subscription that has ended.
func (s *Source) kick() {
	s.kicked.Store(true)
	_ = s.remote.SetReadDeadline(past)
}

// arrange lets the only Reader read, once it has begun to, and otherwise the goroutine. It is called with s.mu held.
func (s *Source) arrange() {
	var alone *Reader
	if len(s.readers) == 1 && s.readers[0].reads.Load() && !s.isNew && !s.waiting {
		alone = s.readers[0]
	}
	before := s.alone.Load()
	if alone == before || s.stopping || s.IsEnded() {
		return
	}
	s.alone.Store(alone)
	if before != nil {
		before.armBuffer()
	}
	s.kick()
	if alone != nil {
		_ = alone.packets.SetReadDeadline(past) // it waits there; never fails
		return
	}
	s.startPump()
}

// startPump starts the goroutine unless it is there. It is called with s.mu held.
func (s *Source) startPump() {
	if s.pumping || s.stopping || s.IsEnded() {
		return
	}
	s.pumping = true
	guard.Go(&s.work, "rtp: read for all", s, s.pump)
}

// pump reads for all until it is told to go.
func (s *Source) pump() {
	if over := s.pumpPackets(); over {
		s.end(false)
	}
}

func (s *Source) pumpPackets() (over bool) {
	s.turn.Lock()
	defer s.turn.Unlock()
	packet := make([]byte, maxPacketSize)
	s.mu.Lock()
	waiting := s.waiting
	s.mu.Unlock()
	if waiting {
		s.readBacklog(packet)
	}
	for bad := 0; bad < maxBadReads; bad++ {
		if !s.keepsPumping() {
			return false
		}
		n, _, err := s.remote.Read(packet)
		switch {
		case err == nil:
			bad = -1
			s.deliver(packet[:n])
		case isEnd(err):
			return true
		case isTimeout(err):
			bad-- // we were kicked, or the application set a deadline on its track before it gave it away
			s.kicked.Store(true)
		}
	}
	return true
}

// maxBadReads is how many reads in a row may fail before a subscription counts as ended: a malformed packet is one
// failure, a broken receiver is all of them.
const maxBadReads = 1000

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) }

// keepsPumping reports whether the goroutine goes on, and prepares its next read.
func (s *Source) keepsPumping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping || s.alone.Load() != nil {
		s.pumping = false
		return false
	}
	if s.kicked.Load() {
		s.kicked.Store(false)
		_ = s.remote.SetReadDeadline(s.hurryDeadline())
	}
	return true
}

// hurryDeadline is when a read of the goroutine ends at the latest. s.mu is held.
func (s *Source) hurryDeadline() time.Time {
	for _, r := range s.readers {
		if r.hurries {
			return time.Now().Add(hurryPoll)
		}
	}
	return time.Time{}
}

func (s *Source) deliver(packet []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isNew {
		s.keep(packet)
	}
	for _, r := range s.readers {
		r.put(packet)
	}
}

// Panicked implements guard.Owner: it is the error of the Readers.
func (s *Source) Panicked(err *guard.Error) {
	s.mu.Lock()
	for _, r := range s.readers {
		r.broken.Store(err)
	}
	s.mu.Unlock()
	s.end(true)
}

// end marks the end for every Reader, and says so to who wanted to know: here, or on a goroutine if whoever calls may not
// wait for that.
func (s *Source) end(elsewhere bool) {
	s.mu.Lock()
	if s.IsEnded() {
		s.mu.Unlock()
		return
	}
	close(s.ended)
	if s.overdue != nil {
		s.overdue.Stop()
	}
	s.finishReaders()
	s.readers, s.isNew, s.early = nil, false, backlog{}
	onEnd := s.onEnd
	s.mu.Unlock()
	switch {
	case onEnd == nil:
	case elsewhere:
		guard.Go(&s.work, "rtp: end", s, func() {}, onEnd) // which comes also behind a panic
	default:
		onEnd()
	}
}

// finishReaders ends the Readers. It is called with s.mu held.
func (s *Source) finishReaders() {
	for _, r := range s.readers {
		r.Finish()
	}
	if s.alone.Load() != nil {
		s.kick()
	}
}

// WhenEnded sets what is called once, when the Source has ended, on any goroutine. Drop does not wait for it. It may not panic.
func (s *Source) WhenEnded(onEnd func()) {
	s.mu.Lock()
	s.onEnd = onEnd
	ended := s.IsEnded()
	s.mu.Unlock()
	if ended {
		onEnd()
	}
}

// EndAfter ends the Readers when the subscription, which is known to be over, has not ended by itself in time.
func (s *Source) EndAfter(grace time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.IsEnded() || s.overdue != nil {
		return
	}
	s.overdue = time.AfterFunc(grace, guard.Func("rtp: overdue end", s, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.finishReaders()
	}))
}

// IsEnded reports whether no packet will come.
func (s *Source) IsEnded() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// Of reports whether it is the Source of a subscription.
func (s *Source) Of(remote PacketReader) bool { return s.remote == remote }

// attach adds r to the Readers. It reports false when the subscription is over.
func (s *Source) attach(r *Reader) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.IsEnded() {
		return false
	}
	s.age(time.Now())
	for _, p := range s.early.packets {
		r.put(p)
	}
	r.source = s
	s.readers = append(s.readers, r)
	s.arrange()
	return true
}

// Detach takes r from the Readers. Nothing comes of its Read any more but what it has already.
func (s *Source) Detach(r *Reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers = slices.DeleteFunc(s.readers, func(other *Reader) bool { return other == r })
	s.arrange()
}

// ReceiveRTCP takes an RTCP packet about the subscription.
func (s *Source) ReceiveRTCP(packet rtcp.Packet) {
	guard.Do("rtp: sender report", s, func() { s.readRTCP(packet) })
}

func (s *Source) readRTCP(packet rtcp.Packet) {
	report, ok := packet.(*rtcp.SenderReport)
	if !ok {
		return
	}
	r := &senderReport{report, time.Now()}
	s.mu.Lock()
	s.lastReport = r
	readers := slices.Clone(s.readers)
	s.mu.Unlock()
	for _, reader := range readers {
		reader.report(r)
	}
}
