package room

import (
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Track is one subscription to one published track, from the arrival of its media until it ends. It does not survive a
// republish, a withdrawn permission or a replaced session: Selector.Next then gives another Track.
//
// Its packets are read with Read, as from a *webrtc.TrackRemote. The channel of Lost is closed when it has ended: the
// track was unpublished or released, permission was withdrawn, the participant left, or the connection or the session
// ended.
//
// Its methods may be called from any goroutine.
type Track struct {
	// Server and Room say where the track comes from; both are only known of a Connection's tracks.
	Server string
	Room   string
	// Identity and ParticipantSID identify the publisher, Name and Source were set by the publisher, and MimeType is that
	// of the received media, such as "video/VP8". They do not change. Of a single track of an application only SID and
	// MimeType are known.
	Kind           caps.Kind
	Identity       string
	ParticipantSID string
	SID            string
	Name           string
	Source         livekit.TrackSource
	MimeType       string

	media       Media
	publication Publication // may be nil
	changed     func() <-chan struct{}
	release     func(*Track)

	injectedTrailer func() []byte // nil if unknown
	congested       func() bool   // nil if unknown

	moved atomic.Bool

	*rtp.Reader // reads the packets
	packets     *rtp.Source
}

// Release ends the Track and its subscription, unless another Selector uses the same one. Selector.Next subscribes
// again. It is idempotent and wakes Read.
func (t *Track) Release() { t.release(t) }

// Moved reports whether the Track was ended because its Selector follows somebody else now: see Criteria.
func (t *Track) Moved() bool { return t.moved.Load() }

// RequestKeyFrame asks the publisher of video for a key frame (PLI, RFC 4585). LiveKit does not do so by itself, and the
// publisher may take up to a second. Each call sends a packet, so callers should limit their requests.
func (t *Track) RequestKeyFrame() { t.media.RequestKeyFrame() }

// RequestPackets asks the server for missing packets (generic NACK, RFC 4585 section 6.2.1). It does nothing unless
// CanRequestPackets.
func (t *Track) RequestPackets(sequences []uint16) { t.media.RequestPackets(sequences) }

// CanRequestPackets reports whether RequestPackets does anything. For audio it does not: LiveKit's server keeps no packets of it.
// For a single track of an application without its receiver it does not either: the application's peer connection may send such
// requests itself.
func (t *Track) CanRequestPackets() bool { return t.media.CanRequestPackets() }

// Hurry says whether packets are missing: those that are sent again are wanted at once.
func (t *Track) Hurry(hurry bool) {
	if !t.media.ResendsAtOnce() {
		t.Reader.Hurry(hurry)
	}
}

// RoundTrip returns the round-trip time of the last check of the path to the server (RFC 8445), 0 if unknown.
func (t *Track) RoundTrip() time.Duration { return t.media.RoundTrip() }

// Congested reports whether packets seem to be queued on the path from the server: the server is told so, and will soon
// send less. Only tracks of a Connection know it.
func (t *Track) Congested() bool { return t.congested != nil && t.congested() }

// Codec returns the codec of the present payload type. It may change when the publisher changes the payload type. It is never
// audio/red, but the codec in those packets.
func (t *Track) Codec() webrtc.RTPCodecParameters { return t.media.Codec() }

// Redundancy returns the payload type of packets that have the packets before them, too (RED, RFC 2198). ok is false for a track
// that has no such packets; one that may have them also has packets of Codec alone, and need not have any.
func (t *Track) Redundancy() (payloadType uint8, ok bool) { return t.media.Redundancy() }

// SSRC identifies the RTP stream. LiveKit keeps it when it switches between simulcast layers.
func (t *Track) SSRC() webrtc.SSRC { return t.media.SSRC() }

// HeaderExtension returns the negotiated identifier of the RTP header extension uri (RFC 8285).
func (t *Track) HeaderExtension(uri string) (id uint8, ok bool) { return t.media.HeaderExtension(uri) }

// OnSenderReport registers f, which replaces an earlier function, for the sender reports of this stream (RFC 3550,
// 6.4.1) and their arrival times. f is called at once with the last report, if there is one. It must not block. Only
// tracks of a Connection have sender reports: the SDK allows one listener, which in another room may be the application.
func (t *Track) OnSenderReport(f func(report *rtcp.SenderReport, received time.Time)) {
	t.Reader.OnSenderReport(func(report *rtcp.SenderReport, received time.Time) {
		if report.SSRC == uint32(t.media.SSRC()) {
			f(report, received)
		}
	})
}

// Muted reports whether the publisher has muted the track. A muted track sends no packets, but the Track continues.
func (t *Track) Muted() bool { return t.publication != nil && t.publication.Muted() }

// Changed returns a channel that is closed at the next change of the track, its participant or its room. Call it before
// Muted, TrackInfo or ParticipantInfo. For a single track of an application it is never closed.
func (t *Track) Changed() <-chan struct{} { return t.changed() }

// TrackInfo returns a copy of LiveKit's present description of the track, or nil for a single track of an application.
func (t *Track) TrackInfo() *livekit.TrackInfo {
	if t.publication == nil {
		return nil
	}
	return t.publication.TrackInfo()
}

// ParticipantInfo returns a copy of LiveKit's present description of the publisher, or nil for a single track of an
// application.
func (t *Track) ParticipantInfo() *livekit.ParticipantInfo {
	if t.publication == nil {
		return nil
	}
	return t.publication.ParticipantInfo()
}

// InjectedTrailer returns the bytes at the end of each frame that the server injects into an encrypted track, or nil if
// they are unknown: only tracks of a Connection know them.
func (t *Track) InjectedTrailer() []byte {
	if t.injectedTrailer == nil {
		return nil
	}
	return t.injectedTrailer()
}
