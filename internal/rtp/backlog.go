package rtp

import (
	"bytes"
	"encoding/binary"
	"time"
)

const (
	// maxBacklog is how much of a subscription may have waited for its first reader. A new one has its first key frame
	// waiting, which saves the wait for another one.
	maxBacklog = 500 * time.Millisecond
	// backlogPause is how long a read waits at most for what may still be backlog, and backlogWaits how many of them in a row
	// have to wait in vain until there is no more: what follows is live. A single one may have lost the processor before it
	// looked, until its deadline had passed. How long a read took says nothing: it may have lost the processor with a packet.
	backlogPause = time.Millisecond
	backlogWaits = 2
	// maxBacklogTime, and maxBacklogShare of the time that the packets tell, bound the search for the end where live packets
	// come without a pause. A backlog is read much faster than it was made.
	maxBacklogTime  = 200 * time.Millisecond
	maxBacklogShare = 2
	// maxBacklogSize is more than can be waiting: pion keeps a million bytes.
	maxBacklogSize = 1 << 20
)

const headerSize = 12 // bytes of an RTP header at least (RFC 3550 section 5.1)

// backlog is the beginning of what a Source read.
type backlog struct {
	packets [][]byte
	size    int       // of all that was read, in bytes
	began   time.Time // of reading
	rate    int64     // ticks of an RTP timestamp per second

	dated  bool
	first  uint32        // RTP timestamp, if dated
	newest time.Duration // of the RTP timestamps, since the first
}

// add keeps a copy of a packet.
func (b *backlog) add(packet []byte) {
	if len(packet) < headerSize {
		return
	}
	b.packets = append(b.packets, bytes.Clone(packet))
	if packet[0]&0x20 != 0 {
		return // what a server pads a silent stream with has timestamps of no picture
	}
	timestamp := binary.BigEndian.Uint32(packet[4:])
	if !b.dated {
		b.dated, b.first = true, timestamp
	}
	b.newest = max(b.newest, time.Duration(int64(int32(timestamp-b.first))*int64(time.Second)/b.rate))
}

// isOld reports whether the packets had been waiting for too long when they were read.
func (b *backlog) isOld(now time.Time) bool { return b.newest-now.Sub(b.began) > maxBacklog }

// mayGoOn reports whether what is read next may still have been waiting.
func (b *backlog) mayGoOn(now time.Time) bool {
	return now.Sub(b.began) < maxBacklogTime+b.newest/maxBacklogShare && b.size < maxBacklogSize
}

// readBacklog delivers what is waiting in a subscription unless it is old. pion keeps the first megabyte of a track that
// nobody reads, which may be a minute of video: whoever begins to read wants the present, and a key frame for it.
func (s *Source) readBacklog(packet []byte) {
	b := backlog{began: time.Now(), rate: s.rate}
	now := b.began
	for waits := 0; waits < backlogWaits && b.mayGoOn(now); now = time.Now() {
		_ = s.remote.SetReadDeadline(now.Add(backlogPause)) // can only fail on a track that has ended
		n, _, err := s.remote.Read(packet)
		if isEnd(err) {
			break
		}
		if isTimeout(err) {
			waits++
			continue
		}
		waits = 0
		b.size += max(n, headerSize) // of a packet that fails too
		if err == nil {
			b.add(packet[:n])
		}
	}
	if !b.isOld(now) {
		for _, p := range b.packets {
			s.deliver(p)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kicked.Store(true) // for another deadline
	s.waiting = false
	s.arrange()
}

// keep keeps a packet of a new subscription for the Readers that are attached a little later. s.mu is held.
func (s *Source) keep(packet []byte) {
	now := time.Now()
	if s.early.began.IsZero() {
		s.early.began, s.early.rate = now, s.rate
	}
	s.early.add(packet)
	s.age(now)
}

// age forgets what came early when it is too late for that. s.mu is held.
func (s *Source) age(now time.Time) {
	if len(s.early.packets) > 0 && (now.Sub(s.early.began) > maxBacklog || s.early.isOld(now)) {
		s.isNew, s.early = false, backlog{}
		s.arrange()
	}
}
