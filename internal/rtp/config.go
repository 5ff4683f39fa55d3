package rtp

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/pion/interceptor"
)

// PacketReader is a source of packets, such as a *webrtc.TrackRemote. A source that has to poll for retransmitted
// packets, as a TrackRemote does, may have a method Hurry(bool), which is called when packets are missing.
type PacketReader interface {
	// Read reads one RTP packet. When the deadline has passed, it returns an error with Timeout() true, such as
	// os.ErrDeadlineExceeded, and may be called again. It returns io.EOF when there will be no more packets.
	Read(b []byte) (n int, a interceptor.Attributes, err error)
	// SetReadDeadline sets when the present and later calls of Read return; the zero time means never. It is called while
	// Read runs.
	SetReadDeadline(t time.Time) error
}

// Config configures a Receiver.
type Config struct {
	// ClockRate is the rate of the RTP timestamps, in Hz.
	ClockRate int64
	// Latency is the longest wait for a missing packet. Zero does not wait. Adaptive, or any negative value, waits for as
	// long as the packet can still arrive and no complete key frame has arrived behind it, and reports to OnLatency how
	// late frames are because of that.
	Latency time.Duration
	// Adapted is the initial adaptive latency, for instance the last one of another track on the same link. It is at
	// least StartLatency.
	Adapted time.Duration
	// OnLatency is called when an adaptive latency changes: units are delivered by this long after their PTS. It begins
	// with Adapted, rises at once, also when a need can be predicted, and falls slowly. It is called on the goroutine of
	// Run. It may be nil.
	OnLatency func(latency time.Duration)
	// RequestPackets requests missing packets from the sender, by rising sequence number (generic NACK, RFC 4585 section
	// 6.2.1): when the gap is noticed, and repeatedly, at intervals that follow from the round trip, until they arrive or
	// are given up. It is called on the goroutine of Run, must not block, and must not keep the slice. It is nil for a
	// source that sends requests itself.
	RequestPackets func(sequences []uint16)
	// RoundTrip returns the round-trip time to the sender, 0 if unknown. It is called on the goroutine of Run, at most
	// once a second and only when there are packets to request. It may be nil.
	RoundTrip func() time.Duration
	// AcceptPayloadType reports whether packets of a payload type carry the Assembler's codec. It is called on the
	// goroutine of Run for the first packet and at each change; if it returns false, Run returns a *CodecChangedError. If
	// it is nil, all are accepted.
	AcceptPayloadType func(payloadType uint8) bool
	// VideoOrientationID and AbsCaptureTimeID are the negotiated identifiers of the RTP header extensions
	// VideoOrientationURI and AbsCaptureTimeURI (RFC 8285 section 4.3). Zero means not negotiated.
	VideoOrientationID uint8
	AbsCaptureTimeID   uint8
	// Logger gets packet loss at level Warn and decisions at level Debug. If it is nil, nothing is logged.
	Logger *slog.Logger
}

// CodecChangedError is returned by Run when Config.AcceptPayloadType refuses the payload type of a packet.
type CodecChangedError struct {
	PayloadType uint8
}

func (e *CodecChangedError) Error() string {
	return fmt.Sprintf("rtp payload type changed to %d", e.PayloadType)
}
