package rtp

import (
	"bytes"
	"encoding/binary"
	"time"
)

const (
	// maxBacklog is how old the packets may be that a subscription has queued for its first reader. A new subscription
	// has a key frame in its queue, which saves the wait for another one.
	maxBacklog = 500 * time.Millisecond
	// backlogPause is how long a read waits for a packet that may still be backlog. After backlogWaits reads in a row
	// without a packet the backlog is over, and what follows is live. A single read is not enough, since it may have been
	// preempted past its deadline before it looked. The duration of a read says nothing either: it may have been
	// preempted with a packet in hand.
	backlogPause = time.Millisecond
	backlogWaits = 2
	// maxBacklogTime and maxBacklogShare of the media time of the packets limit the search for the end of the backlog
	// when live packets arrive without a pause. A backlog is read much faster than it was made.
	maxBacklogTime  = 200 * time.Millisecond
	maxBacklogShare = 2
	// maxBacklogSize is more than the queue can hold: pion keeps a million bytes.
	maxBacklogSize = 1 << 20
)

const headerSize = 12 // bytes of the fixed RTP header (RFC 3550 section 5.1)

// backlog holds the first packets that a Source read.
type backlog struct {
	packets [][]byte
	size    int       // bytes of all packets that were read
	began   time.Time // when reading began
	rate    int64     // RTP timestamp ticks per second

	dated  bool
	first  uint32        // RTP timestamp of the first packet; valid if dated
	newest time.Duration // highest RTP timestamp, relative to the first
}

// add keeps a copy of a packet.
func (b *backlog) add(packet []byte) {
	if len(packet) < headerSize {
		return
	}
	b.packets = append(b.packets, bytes.Clone(packet))
	if packet[0]&0x20 != 0 {
		return // the server's padding of a silent stream has timestamps without a picture
	}
	timestamp := binary.BigEndian.Uint32(packet[4:])
	if !b.dated {
		b.dated, b.first = true, timestamp
	}
	b.newest = max(b.newest, time.Duration(int64(int32(timestamp-b.first))*int64(time.Second)/b.rate))
}

// isOld reports whether the packets had been queued for too long when they were read.
func (b *backlog) isOld(now time.Time) bool { return b.newest-now.Sub(b.began) > maxBacklog }

// mayContinue reports whether the next packet may still have been queued.
func (b *backlog) mayContinue(now time.Time) bool {
	return now.Sub(b.began) < maxBacklogTime+b.newest/maxBacklogShare && b.size < maxBacklogSize
}

// readBacklog delivers the queued packets of a subscription unless they are old. pion keeps the first megabyte of a
// track that nobody reads, which may be a minute of video: a new reader needs live packets, and a key frame to start
// with.
func (s *Source) readBacklog(packet []byte) {
	b := backlog{began: time.Now(), rate: s.rate}
	now := b.began
	for waits := 0; waits < backlogWaits && b.mayContinue(now); now = time.Now() {
		_ = s.remote.SetReadDeadline(now.Add(backlogPause)) // only fails for a track that has ended
		n, _, err := s.remote.Read(packet)
		if isEnd(err) {
			break
		}
		if isTimeout(err) {
			waits++
			continue
		}
		waits = 0
		b.size += max(n, headerSize) // also for packets that cannot be parsed
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
	s.kicked.Store(true) // so that the next read sets its own deadline
	s.waiting = false
	s.arrange()
}

// keep keeps a packet of a new subscription for Readers that are attached a little later. s.mu must be held.
func (s *Source) keep(packet []byte) {
	now := time.Now()
	if s.early.began.IsZero() {
		s.early.began, s.early.rate = now, s.rate
	}
	s.early.add(packet)
	s.age(now)
}

// age drops the kept packets when they are too old for new Readers. s.mu must be held.
func (s *Source) age(now time.Time) {
	if len(s.early.packets) > 0 && (now.Sub(s.early.began) > maxBacklog || s.early.isOld(now)) {
		s.isNew, s.early = false, backlog{}
		s.arrange()
	}
}
