package room

import (
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Track is one subscription to one published track, from the moment its media is attached until it ends. It does
// not survive a republish, a withdrawn permission or a replaced session: Selector.Next gives the Track that follows.
//
// Its packets are read with Read, like those of a *webrtc.TrackRemote. Lost is closed when it has ended: unpublished, no longer
// permitted, its participant or the server gone, its session replaced, released.
//
// Its methods may be called from any goroutine.
type Track struct {
	// Identity and ParticipantSID tell the publisher, Name and Source are what the publisher gave, and MimeType is what
	// arrives, such as "video/VP8". All are as they were when the Track began. SelectTrack knows SID and MimeType only.
	Kind           Kind
	Identity       string
	ParticipantSID string
	SID            string
	Name           string
	Source         livekit.TrackSource
	MimeType       string

	remote    *webrtc.TrackRemote
	receiver  *webrtc.RTPReceiver           // may be nil
	pub       *lksdk.RemoteTrackPublication // nil for SelectTrack
	publisher *lksdk.RemoteParticipant      // nil for SelectTrack
	writePLI  func(webrtc.SSRC)             // may be nil
	changed   func() <-chan struct{}
	release   func(*Track)

	injectedTrailer func() []byte // nil when it is not known
	congested       func() bool   // likewise

	*rtp.Reader // of packets
	packets     *rtp.Source
}

// Release ends the Track and the subscription behind it, unless another Selector uses the same one. Selector.Next
// subscribes again. It is idempotent and wakes Read.
func (t *Track) Release() { t.release(t) }

// RequestKeyFrame asks the publisher for a key frame (PLI, RFC 4585). LiveKit does not do it by itself, and it may take
// the publisher up to a second. Callers coalesce: each call is a packet.
func (t *Track) RequestKeyFrame() {
	if t.writePLI != nil {
		t.writePLI(t.remote.SSRC())
	}
}

// RequestPackets asks the server for packets that are missing (generic NACK, RFC 4585 section 6.2.1). It does nothing for a
// Track of SelectTrack without a receiver, whose peer connection may ask by itself.
func (t *Track) RequestPackets(sequences []uint16) {
	if t.receiver == nil {
		return
	}
	ssrc := uint32(t.remote.SSRC())
	// An error is that of a connection which has ended.
	_, _ = t.receiver.Transport().WriteRTCP([]rtcp.Packet{&rtcp.TransportLayerNack{
		SenderSSRC: ssrc, MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(sequences),
	}})
}

// RoundTrip returns how long the last check of the path to the server took there and back (RFC 8445), 0 if that is not
// known.
func (t *Track) RoundTrip() time.Duration {
	if t.receiver == nil {
		return 0
	}
	stats, ok := t.receiver.Transport().ICETransport().GetSelectedCandidatePairStats()
	if !ok {
		return 0
	}
	return time.Duration(stats.CurrentRoundTripTime * float64(time.Second))
}

// Congested reports whether packets seem to queue up on their way from the server: it is told so, and is about to send less.
// Only a Connection's own tracks know it.
func (t *Track) Congested() bool { return t.congested != nil && t.congested() }

// CanRequestPackets reports whether RequestPackets does anything.
func (t *Track) CanRequestPackets() bool { return t.receiver != nil }

// Codec returns what the payload type stands for. It may change when the publisher changes the payload type.
func (t *Track) Codec() webrtc.RTPCodecParameters { return t.remote.Codec() }

// SSRC identifies the RTP stream. LiveKit keeps it when it switches between simulcast layers.
func (t *Track) SSRC() webrtc.SSRC { return t.remote.SSRC() }

// HeaderExtension returns the identifier that was negotiated for the RTP header extension uri (RFC 8285).
func (t *Track) HeaderExtension(uri string) (id uint8, ok bool) {
	if t.receiver == nil {
		return 0, false
	}
	for _, e := range t.receiver.GetParameters().HeaderExtensions {
		if e.URI == uri {
			return uint8(e.ID), true
		}
	}
	return 0, false
}

// OnSenderReport registers f, which replaces an earlier one, for the sender reports of this stream (RFC 3550, 6.4.1) and
// the time at which each arrived. The last one that arrived is given to f at once. f is called from the SDK's goroutine
// and must not block. Only a Connection's own tracks have sender reports: of an application's publication the
// application may be the one listener that the SDK allows.
func (t *Track) OnSenderReport(f func(report *rtcp.SenderReport, received time.Time)) {
	t.Reader.OnSenderReport(func(report *rtcp.SenderReport, received time.Time) {
		if report.SSRC == uint32(t.remote.SSRC()) {
			f(report, received)
		}
	})
}

// Muted reports whether the publisher has muted the track: it then sends no packets, and the Track goes on.
func (t *Track) Muted() bool { return t.pub != nil && t.pub.IsMuted() }

// Changed returns a channel that is closed at the next change of anything about the track, its participant or its room.
// Take it before looking at Muted, TrackInfo or ParticipantInfo. For a Track of SelectTrack it is never closed.
func (t *Track) Changed() <-chan struct{} { return t.changed() }

// TrackInfo returns a copy of LiveKit's present description of the track, or nil for a Track of SelectTrack.
func (t *Track) TrackInfo() *livekit.TrackInfo {
	if t.pub == nil {
		return nil
	}
	return t.pub.TrackInfo()
}

// InjectedTrailer returns the bytes that end a frame which the server put in place of an encrypted one, or nil when they
// are not known: only a Connection's own tracks have them.
func (t *Track) InjectedTrailer() []byte {
	if t.injectedTrailer == nil {
		return nil
	}
	return t.injectedTrailer()
}

// ParticipantInfo returns a copy of LiveKit's present description of the publisher, or nil for a Track of SelectTrack.
func (t *Track) ParticipantInfo() *livekit.ParticipantInfo {
	if t.publisher == nil {
		return nil
	}
	return participantInfo(t.publisher)
}
