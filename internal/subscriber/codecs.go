package subscriber

import (
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// absCaptureTimeURI is the absolute capture time of libwebrtc.
const absCaptureTimeURI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

// videoOrientationURI is the coordination of video orientation of 3GPP TS 26.114 section 7.4.5.
const videoOrientationURI = "urn:3gpp:video-orientation"

// redundancy is Opus with the packets before it, as LiveKit's server and every SDK offer it.
var redundancy = webrtc.RTPCodecParameters{
	RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: MimeTypeRED, ClockRate: 48000, Channels: 2, SDPFmtpLine: "111/111"},
	PayloadType:        63,
}

// newMediaEngine returns what we can receive: the codecs that pion knows, which for sound are Opus, PCMU and PCMA, and redundant
// Opus. What a server offers is accepted as it offers it, so that Opus may be stereo.
func newMediaEngine(noRedundancy bool) (*webrtc.MediaEngine, error) {
	m := new(webrtc.MediaEngine)
	if err := m.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	if !noRedundancy {
		if err := m.RegisterCodec(redundancy, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, err
		}
	}
	for _, extension := range []struct {
		uri          string
		audio, video bool
	}{
		{sdp.SDESMidURI, true, true},
		{sdp.SDESRTPStreamIDURI, false, true},
		{sdp.AudioLevelURI, true, false},
		{sdp.TransportCCURI, true, true},
		{absCaptureTimeURI, true, true},
		{videoOrientationURI, false, true},
	} {
		capability := webrtc.RTPHeaderExtensionCapability{URI: extension.uri}
		if extension.audio {
			if err := m.RegisterHeaderExtension(capability, webrtc.RTPCodecTypeAudio); err != nil {
				return nil, err
			}
		}
		if extension.video {
			if err := m.RegisterHeaderExtension(capability, webrtc.RTPCodecTypeVideo); err != nil {
				return nil, err
			}
		}
	}
	m.RegisterFeedback(webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBNACK}, webrtc.RTPCodecTypeVideo)
	m.RegisterFeedback(webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBNACK, Parameter: "pli"}, webrtc.RTPCodecTypeVideo)
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		m.RegisterFeedback(webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBTransportCC}, kind)
	}
	return m, nil
}
