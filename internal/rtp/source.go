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

// Source is one subscription. It passes the packets to each [Reader] that is attached to it. It exists while somebody
// holds it, and ends when the subscription ends.
//
// A subscription, which is a *webrtc.TrackRemote, allows one reader at a time. If a single Reader is attached, it reads
// the subscription itself, on the goroutine that calls Read and into the caller's memory. Otherwise a goroutine of the
// Source reads, and copies each packet for every Reader. This goroutine lets several Readers receive the same track,
// keeps reading while a track is released and taken again, and notices the end of a subscription that no Reader reads.
type Source struct {
	remote PacketReader
	rate   int64 // RTP timestamp ticks per second

	// Guarded by sources.mu:
	holds    int
	dropping bool          // a last Drop is under way
	gone     chan struct{} // closed when another Source may read remote

	alone  atomic.Pointer[Reader] // the Reader that reads remote itself; nil while the goroutine reads
	turn   sync.Mutex             // held while reading remote
	kicked atomic.Bool            // the read deadline of remote was set in the past

	ended chan struct{}  // closed when no more packets will arrive
	work  sync.WaitGroup // of our goroutines; nobody waits for it

	mu         sync.Mutex
	stopping   bool
	pumping    bool // the goroutine runs, and was not told to stop
	overdue    *time.Timer
	readers    []*Reader
	lastReport *senderReport
	onEnd      func()
	waiting    bool // outdated packets may be queued
	isNew      bool // early has all packets received so far
	early      backlog
}

type senderReport struct {
	report   *rtcp.SenderReport
	received time.Time
}

// sources holds all Sources of the process, by subscription.
var sources struct {
	mu sync.Mutex
	m  map[PacketReader]*Source
}

// Hold returns the Source of remote, and makes one if there is none. Each Hold needs one Drop. reader, which may be
// nil, is attached before the first packet is read; attached is false if the subscription has ended. Without a reader
// the subscription must be new: a Reader that is attached within maxBacklog still gets its first packets, and with them
// its first key frame.
func Hold(remote PacketReader, clockRate uint32, reader *Reader) (s *Source, attached bool) {
	sources.mu.Lock()
	defer sources.mu.Unlock()
	for s = sources.m[remote]; s != nil && s.dropping; s = sources.m[remote] {
		sources.mu.Unlock()
		<-s.gone // soon: its reader has been stopped
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

// Drop releases one Hold. The last one stops reading and waits for that; then remote may be read by something else,
// such as the application that it belongs to.
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
	s.turn.Lock() // nothing reads any more, nor begins to
	_ = s.remote.SetReadDeadline(time.Time{})
	s.turn.Unlock()
	s.end(true)

	sources.mu.Lock()
	defer sources.mu.Unlock()
	delete(sources.m, s.remote)
	close(s.gone)
}

// kick makes the present or next read of remote return at once. s.mu must be held. It fails only if the subscription
// has ended.
func (s *Source) kick() {
	s.kicked.Store(true)
	_ = s.remote.SetReadDeadline(past)
}

// arrange decides who reads: the only Reader, once it has begun to read, and otherwise the goroutine. s.mu must be
// held.
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
		_ = alone.packets.SetReadDeadline(past) // wakes it if it waits there; never fails
		return
	}
	s.startPump()
}

// startPump starts the goroutine if it does not run. s.mu must be held.
func (s *Source) startPump() {
	if s.pumping || s.stopping || s.IsEnded() {
		return
	}
	s.pumping = true
	guard.Go(&s.work, "rtp: read for all", s, s.pump)
}

// pump reads for all Readers until it is told to stop.
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
			bad-- // we interrupted the read, or the application had set a deadline on its track before it gave it to us
			s.kicked.Store(true)
		}
	}
	return true
}

// maxBadReads is how many reads in a row may fail before a subscription counts as ended: for a malformed packet one
// read fails, for a broken receiver all of them.
const maxBadReads = 1000

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) }

// keepsPumping reports whether the goroutine continues, and prepares its next read.
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

// hurryDeadline returns the latest time at which a read of the goroutine has to return. s.mu must be held.
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

// Panicked implements guard.Owner: the Readers return the error.
func (s *Source) Panicked(err *guard.Error) {
	s.mu.Lock()
	for _, r := range s.readers {
		r.broken.Store(err)
	}
	s.mu.Unlock()
	s.end(true)
}

// end marks all Readers as ended and calls the function of WhenEnded: here or, if elsewhere, on a goroutine, for
// callers that must not wait for it.
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
		guard.Go(&s.work, "rtp: end", s, func() {}, onEnd) // it also runs after a panic
	default:
		onEnd()
	}
}

// finishReaders ends the Readers. s.mu must be held.
func (s *Source) finishReaders() {
	for _, r := range s.readers {
		r.Finish()
	}
	if s.alone.Load() != nil {
		s.kick()
	}
}

// WhenEnded sets a function that is called once, on any goroutine, when the Source has ended. Drop does not wait for
// it. It must not panic.
func (s *Source) WhenEnded(onEnd func()) {
	s.mu.Lock()
	s.onEnd = onEnd
	ended := s.IsEnded()
	s.mu.Unlock()
	if ended {
		onEnd()
	}
}

// End ends the Source of a subscription that is known to be over. A Reader that is alone would notice that only when it reads.
func (s *Source) End() { s.end(true) }

// EndAfter ends the Readers if the subscription, which is known to be over, has not ended by itself in time.
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

// IsEnded reports whether no more packets will arrive.
func (s *Source) IsEnded() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// Of reports whether s is the Source of a subscription.
func (s *Source) Of(remote PacketReader) bool { return s.remote == remote }

// attach adds r to the Readers. It returns false if the subscription has ended.
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

// Detach removes r from the Readers. Its Read returns only packets that it already has.
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
