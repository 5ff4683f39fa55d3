package subscriber

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/transport/v5/packetio"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

const (
	// maxEarly bounds the packets of an SSRC that come before it is known whose they are, and maxEarlyBytes those of all.
	maxEarly      = 256
	maxEarlyBytes = 2 << 20
	// maxStreams bounds the SSRCs that nobody knows. A server that makes up more gets no further queue.
	maxStreams = 1024
)

// streams are the SSRCs of one peer connection, as places where decrypted packets are written to.
type streams struct {
	owner guard.Owner
	rtcp  func(packet []byte) // takes a control packet; called on one goroutine
	early atomic.Int64        // bytes of the packets that nobody has yet

	mu   sync.Mutex
	open map[uint32]*stream
}

// buffer is the BufferFactory of a pion SettingEngine.
func (s *streams) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	if kind != packetio.RTPBufferPacket {
		return control{s}
	}
	return s.get(ssrc)
}

// get returns the stream of an SSRC, and makes one if there is none.
func (s *streams) get(ssrc uint32) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	if open := s.open[ssrc]; open != nil {
		return open
	}
	made := &stream{of: s, ssrc: ssrc}
	if len(s.open) >= maxStreams {
		made.closed = true
		return made
	}
	if s.open == nil {
		s.open = make(map[uint32]*stream)
	}
	s.open[ssrc] = made
	return made
}

// cameElsewhere reports whether the last packet of an SSRC was decrypted by pion, or none has come yet.
func (s *streams) cameElsewhere(ssrc uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.open[ssrc]
	return open != nil && !open.isDirect.Load()
}

func (s *streams) remove(gone *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[gone.ssrc] == gone {
		delete(s.open, gone.ssrc)
	}
}

// closeAll ends every Track.
func (s *streams) closeAll() {
	s.mu.Lock()
	var all []*stream
	for _, open := range s.open {
		all = append(all, open)
	}
	s.mu.Unlock()
	for _, open := range all {
		_ = open.Close()
	}
}

// control takes the control packets about one SSRC.
type control struct{ of *streams }

func (c control) Write(packet []byte) (int, error) {
	guard.Do("subscriber: control packet", c.of.owner, func() { c.of.rtcp(packet) })
	return len(packet), nil
}

// Read has nothing to give: whoever made the stream has it already.
func (control) Read([]byte) (int, error) { return 0, io.EOF }
func (control) Close() error             { return nil }

// stream is one SSRC.
type stream struct {
	of       *streams
	ssrc     uint32
	isDirect atomic.Bool // the last packet was

	writing sync.Mutex // packets come from a socket of ours, and from pion's SRTP
	header  rtp.Header // scratch memory of whoever writes

	mu     sync.Mutex
	closed bool
	track  *Track        // nil until it is known
	resent bool          // it has packets that are sent again
	seen   *remoteStream // what the interceptors see
	early  [][]byte
}

// Write takes a packet that pion has decrypted.
func (s *stream) Write(packet []byte) (int, error) {
	s.isDirect.Store(false)
	s.pass(packet)
	return len(packet), nil
}

// writeDirect takes one that direct has decrypted.
func (s *stream) writeDirect(packet []byte) {
	if !s.isDirect.Load() {
		s.isDirect.Store(true)
	}
	s.pass(packet)
}

func (s *stream) pass(packet []byte) {
	guard.Do("subscriber: packet", s.of.owner, func() { s.take(packet) })
}

func (s *stream) take(packet []byte) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	track, resent, seen := s.track, s.resent, s.seen
	if track == nil || len(s.early) > 0 { // those go first
		if !s.closed && len(s.early) < maxEarly && s.of.early.Load() < maxEarlyBytes {
			s.of.early.Add(int64(len(packet)))
			s.early = append(s.early, bytes.Clone(packet))
		}
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	s.hand(track, resent, seen, packet)
}

func (s *stream) hand(track *Track, resent bool, seen *remoteStream, packet []byte) {
	seen.see(packet)
	if !resent {
		track.put(packet)
		return
	}
	if restored, err := track.types.restore(packet, &s.header, track.ssrc); err == nil {
		track.putResent(restored)
	}
}

// bind says whose packets they are, and hands on those that came before that was known. It may be called while Write is.
func (s *stream) bind(track *Track, resent bool, seen *remoteStream) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		track.feedback.unbind(seen)
		return
	}
	s.track, s.resent, s.seen = track, resent, seen
	for len(s.early) > 0 {
		early := s.early
		s.mu.Unlock()
		for _, packet := range early {
			s.of.early.Add(-int64(len(packet)))
			seen.see(packet)
			if resent {
				restored, err := track.types.restore(packet, new(rtp.Header), track.ssrc)
				if err == nil {
					track.putResent(restored)
				}
				continue
			}
			track.put(packet)
		}
		s.mu.Lock()
		s.early = s.early[len(early):]
	}
	s.early = nil
	s.mu.Unlock()
}

// Read has nothing to give: see control.
func (s *stream) Read([]byte) (int, error) { return 0, io.EOF }

// Close is called by pion when the server has ended the stream, and when the peer connection ends.
func (s *stream) Close() error {
	s.mu.Lock()
	closed, track, resent, seen := s.closed, s.track, s.resent, s.seen
	s.closed = true
	if track == nil { // else bind has them
		for _, packet := range s.early {
			s.of.early.Add(-int64(len(packet)))
		}
		s.early = nil
	}
	s.mu.Unlock()
	if closed {
		return nil
	}
	s.of.remove(s)
	if seen != nil {
		track.feedback.unbind(seen)
	}
	if track != nil && !resent {
		guard.Do("subscriber: stream ended", s.of.owner, track.end)
	}
	return nil
}
