package application

import (
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// media is the media of a track that the application received. It implements room.Media.
type media struct {
	remote   *webrtc.TrackRemote
	receiver *webrtc.RTPReceiver    // may be nil
	writePLI func(ssrc webrtc.SSRC) // may be nil
}

func (m media) Packets() rtp.PacketReader { return m.remote }
func (m media) ResendsAtOnce() bool       { return false }
func (m media) SSRC() webrtc.SSRC         { return m.remote.SSRC() }
func (m media) CanRequestPackets() bool   { return m.receiver != nil && !m.isAudio() }
func (m media) isAudio() bool             { return m.remote.Kind() == webrtc.RTPCodecTypeAudio }

// Codec implements room.Media: pion's changes with each packet that is redundant or is not.
func (m media) Codec() webrtc.RTPCodecParameters {
	return subscriber.Primary(m.remote.Codec(), m.negotiated())
}

// CodecOf returns the codec of a track that the application received: for redundant sound, that of the sound. receiver may
// be nil.
func CodecOf(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) webrtc.RTPCodecParameters {
	return media{remote: remote, receiver: receiver}.Codec()
}

func (m media) Redundancy() (payloadType uint8, ok bool) {
	return subscriber.Redundancy(m.Codec(), m.negotiated())
}

// negotiated returns the codecs that the track may have: without its receiver, the present one.
func (m media) negotiated() []webrtc.RTPCodecParameters {
	if m.receiver == nil {
		return []webrtc.RTPCodecParameters{m.remote.Codec()}
	}
	return m.receiver.GetParameters().Codecs
}

func (m media) RequestKeyFrame() {
	if m.writePLI != nil && !m.isAudio() {
		m.writePLI(m.remote.SSRC())
	}
}

func (m media) RequestPackets(sequences []uint16) {
	if !m.CanRequestPackets() {
		return
	}
	// It only fails after the connection has ended.
	_, _ = m.receiver.Transport().WriteRTCP([]rtcp.Packet{subscriber.Nack(uint32(m.remote.SSRC()), sequences)})
}

func (m media) RoundTrip() time.Duration {
	if m.receiver == nil {
		return 0
	}
	return subscriber.RoundTrip(m.receiver.Transport().ICETransport())
}

func (m media) HeaderExtension(uri string) (id uint8, ok bool) {
	if m.receiver == nil {
		return 0, false
	}
	return subscriber.ExtensionID(m.receiver.GetParameters().HeaderExtensions, uri)
}
