package subscriber

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/transport/v5/packetio"
	"github.com/pion/webrtc/v4"
)

// queuedBytes is what waits for who reads a Track before packets are dropped: a second at 8 Mbit/s.
const queuedBytes = 1 << 20

// Track is the media of one subscription, from its first packet until the server ends it. It is read like a
// *webrtc.TrackRemote, and is a rtp.PacketReader. Packets that were sent again come among the others, as they were, when they
// come.
//
// Read is for one goroutine at a time; all else may be called from any.
type Track struct {
	// SID and ParticipantSID are LiveKit's.
	SID, ParticipantSID string

	kind     webrtc.RTPCodecType
	ssrc     uint32
	codecs   []webrtc.RTPCodecParameters
	extends  []webrtc.RTPHeaderExtensionParameter
	types    resentTypes
	peer     *peer
	feedback *feedback
	packets  *packetio.Buffer
	ended    chan struct{}
	endOnce  sync.Once

	payloadType atomic.Int32 // of the last packet; -1 until one comes
	began       func(*Track) // called with the first packet, once
	stopped     func(*Track) // called at the end

	received, resent, dropped atomic.Uint64

	mu     sync.Mutex
	report func(report *rtcp.SenderReport, received time.Time)
	last   *rtcp.SenderReport
	lastAt time.Time
}

func newTrack(p *peer, remote *webrtc.TrackRemote, parameters webrtc.RTPParameters) *Track {
	t := &Track{
		kind: remote.Kind(), ssrc: uint32(remote.SSRC()), codecs: parameters.Codecs, extends: parameters.HeaderExtensions,
		types: newResentTypes(parameters.Codecs), peer: p, feedback: &p.feedback,
		packets: packetio.NewBuffer(), ended: make(chan struct{}),
	}
	t.payloadType.Store(-1)
	t.packets.SetLimitSize(queuedBytes)
	return t
}

// Read reads one RTP packet. It returns io.EOF when the subscription has ended and all that came before has been read, and an
// error with Timeout true after a read deadline. The attributes are always nil.
func (t *Track) Read(b []byte) (int, interceptor.Attributes, error) {
	n, _, err := t.packets.Read(b, nil)
	return n, nil, err
}

// SetReadDeadline sets when a present or later Read returns; the zero time is never.
func (t *Track) SetReadDeadline(deadline time.Time) error { return t.packets.SetReadDeadline(deadline) }

// put takes a packet. It is called on one goroutine, after bind.
func (t *Track) put(packet []byte) {
	t.received.Add(1)
	t.queue(packet)
	if len(packet) < 2 {
		return
	}
	is := int32(packet[1] & 0x7f)
	if before := t.payloadType.Load(); is != before {
		t.payloadType.Store(is)
		if before < 0 {
			t.began(t)
		}
	}
}

func (t *Track) putResent(packet []byte) {
	t.resent.Add(1)
	t.queue(packet)
}

func (t *Track) queue(packet []byte) {
	if _, err := t.packets.Write(packet, nil); errors.Is(err, packetio.ErrFull) {
		t.dropped.Add(1)
	}
}

// end is called once the stream is over.
func (t *Track) end() {
	t.endOnce.Do(func() {
		_ = t.packets.Close() // never fails
		close(t.ended)
		t.stopped(t)
	})
}

// Ended is closed when no packet comes any more. Read may still have some to give.
func (t *Track) Ended() <-chan struct{} { return t.ended }

// Codec returns what the payload type of the last packet stands for. Where packets are redundant, it is the codec in them.
func (t *Track) Codec() webrtc.RTPCodecParameters {
	is := t.payloadType.Load()
	for _, codec := range t.codecs {
		if int32(codec.PayloadType) == is {
			return Primary(codec, t.codecs)
		}
	}
	return webrtc.RTPCodecParameters{}
}

// Redundancy returns the payload type of packets that have the packets before them, too (RED, RFC 2198). ok is false for a
// track that has no such packets; one that may have them also has others.
func (t *Track) Redundancy() (payloadType uint8, ok bool) { return Redundancy(t.Codec(), t.codecs) }

// IsAudio reports whether it is sound.
func (t *Track) IsAudio() bool { return t.kind == webrtc.RTPCodecTypeAudio }

// SSRC identifies the RTP stream.
func (t *Track) SSRC() uint32 { return t.ssrc }

// HeaderExtension returns the identifier that was negotiated for the RTP header extension uri (RFC 8285).
func (t *Track) HeaderExtension(uri string) (id uint8, ok bool) {
	return ExtensionID(t.extends, uri)
}

// RequestKeyFrame asks the publisher for a key frame (PLI, RFC 4585 section 6.3.1).
func (t *Track) RequestKeyFrame() {
	t.peer.write(&rtcp.PictureLossIndication{SenderSSRC: t.ssrc, MediaSSRC: t.ssrc})
}

// RequestPackets asks the server for packets that are missing (generic NACK, RFC 4585 section 6.2.1).
func (t *Track) RequestPackets(sequences []uint16) {
	t.peer.write(Nack(t.ssrc, sequences))
}

// RoundTrip returns how long the last check of the path to the server took there and back (RFC 8445), 0 if that is not
// known.
func (t *Track) RoundTrip() time.Duration { return RoundTrip(t.peer.transport()) }

// OnSenderReport registers f, which replaces an earlier one, for the sender reports of this stream (RFC 3550 section 6.4.1)
// and the time at which each arrived. The last one that arrived is given to f at once. f must not block.
func (t *Track) OnSenderReport(f func(report *rtcp.SenderReport, received time.Time)) {
	t.mu.Lock()
	t.report = f
	last, at := t.last, t.lastAt
	t.mu.Unlock()
	if last != nil {
		f(last, at)
	}
}

func (t *Track) reported(report *rtcp.SenderReport) {
	now := time.Now()
	t.mu.Lock()
	t.last, t.lastAt = report, now
	f := t.report
	t.mu.Unlock()
	if f != nil {
		f(report, now)
	}
}

// TrackStats counts the packets of a Track.
type TrackStats struct {
	Received uint64 // as they were sent first
	Resent   uint64 // sent again
	Dropped  uint64 // because Read was not called often enough
}

// Stats counts what has come so far.
func (t *Track) Stats() TrackStats {
	return TrackStats{Received: t.received.Load(), Resent: t.resent.Load(), Dropped: t.dropped.Load()}
}
