package receive

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/pion/interceptor"

	"github.com/gst-livekit/gst-livekit/caps"
)

// PacketReader is where packets come from. *webrtc.TrackRemote is one. One that has to look for packets that are sent
// again, as a TrackRemote does, may have a method Hurry(bool), which is told when packets are missing.
type PacketReader interface {
	// Read reads one RTP packet. It returns an error with Timeout() true, as os.ErrDeadlineExceeded, when the deadline
	// has passed, and may be called again then; io.EOF when there will be no more packets.
	Read(b []byte) (n int, a interceptor.Attributes, err error)
	// SetReadDeadline sets when a present or later Read returns; the zero time is never. It is called while Read runs.
	SetReadDeadline(t time.Time) error
}

// Config says what a Receiver receives.
type Config struct {
	// Codec of the track. New refuses one without a depacketizer.
	Codec caps.Codec
	// Latency is the longest wait for a missing packet. Zero waits for none. Adaptive, or anything else below zero, waits
	// for as long as the packet can still come and no whole key frame has come behind it, and tells OnLatency how late that
	// makes frames.
	Latency time.Duration
	// Adapted is where an adaptive latency begins, for instance where that of another track on the same link has ended; less
	// than StartLatency is StartLatency.
	Adapted time.Duration
	// OnLatency is called when an adaptive latency changes: units are delivered by this long after their PTS. It begins with
	// Adapted, rises at once, also when it can be foreseen, and falls slowly. It is called on the goroutine of Run. Nil
	// is told nothing.
	OnLatency func(latency time.Duration)
	// RequestPackets asks the sender for packets that are missing, by rising sequence number (generic NACK, RFC 4585 section
	// 6.2.1): when the gap is seen, and again in step with the round trip until they come or are given up. It is called on
	// the goroutine of Run, must not block, and must not keep the slice. Nil is for a source that asks by itself.
	RequestPackets func(sequences []uint16)
	// RoundTrip returns the time from here to the sender and back, 0 if it is not known. It is called on the goroutine of
	// Run, at most once a second and only when something is to be asked for. Nil does not know.
	RoundTrip func() time.Duration
	// OnHeavyLoss is called, at most once a second, while so much is lost that it cannot be bad luck: less has to be sent.
	// It reports whether that was asked for: a server begins it with a key frame by itself. It is called on the goroutine of
	// Run, and must not block. Nil is told nothing.
	OnHeavyLoss func() bool
	// RequestKeyFrame asks the sender for a key frame (a PLI, RFC 4585 section 6.3.1). It is called on the goroutine of
	// Run, at most every 200 ms, and must not block. Where packets get lost it is called twice in a row each time, because
	// the request can get lost too. Nil asks nobody.
	RequestKeyFrame func()
	// Congested reports whether the sender is about to send less of itself, which begins with a key frame: none is asked for
	// meanwhile. One of a stream that is too much for the path would not arrive whole, and would hold up what follows. It is
	// called on the goroutine of Run, only when a key frame is wanted, and must not block. Nil is never.
	Congested func() bool
	// KeyFrameTimes are when key frames are asked for, beside all other reasons. Several Receivers may have the same, one
	// after the other. See KeyFrameTimesChanged. Nil is none.
	KeyFrameTimes *KeyFrameTimes
	// Behind says how long the next unit will wait for the decoder, which an adaptive latency allows for too. It is called on the
	// goroutine of Run, for each unit. Nil is not at all.
	Behind func() time.Duration
	// AcceptSize reports whether a decoder may be given a picture of so many pixels. It is called on the goroutine of Run,
	// for each unit that says so. Nil accepts all.
	AcceptSize func(pixels int) bool
	// AcceptPayloadType reports whether packets of a payload type carry Codec. It is called on the goroutine of Run for
	// the first packet and at each change; if it returns false, Run returns a *CodecChangedError. Nil accepts all.
	AcceptPayloadType func(payloadType uint8) bool
	// VideoOrientationID and AbsCaptureTimeID are the identifiers that were negotiated for the RTP header extensions
	// VideoOrientationURI and AbsCaptureTimeURI (RFC 8285 section 4.3). Zero is not negotiated.
	VideoOrientationID uint8
	AbsCaptureTimeID   uint8
	// Decryptor takes the end-to-end encryption off each frame. Nil is for a track in clear.
	Decryptor Decryptor
	// Refused says why frames in clear are not delivered, or nil. It is called for each frame, on the goroutine of Run, and
	// may change its mind. Nil refuses none.
	Refused func() error
	// OnDecryptError is called with an error of Decryptor or Refused when the frames of the track begin to fail with it, and with nil
	// when they can be decrypted again; not for a single damaged frame. It is called on the goroutine of Run. Nil is told
	// nothing.
	OnDecryptError func(err error)
	// Logger gets packet loss at level Warn and decisions at level Debug. Nil is silent.
	Logger *slog.Logger
}

// CodecChangedError is returned by Run when packets come whose payload type Config.AcceptPayloadType refused.
type CodecChangedError struct {
	PayloadType uint8
}

func (e *CodecChangedError) Error() string {
	return fmt.Sprintf("rtp payload type changed to %d", e.PayloadType)
}
