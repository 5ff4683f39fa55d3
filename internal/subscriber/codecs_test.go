package subscriber

import (
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"
)

func TestCodecIsWhatIsInRedundantPackets(t *testing.T) {
	t.Parallel()
	opus := webrtc.RTPCodecParameters{
		PayloadType:        111,
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "stereo=1"},
	}
	pcmu := webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMU, ClockRate: 8000}}
	red := func(inside string) webrtc.RTPCodecParameters {
		return webrtc.RTPCodecParameters{
			PayloadType: 63, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: MimeTypeRED, ClockRate: 48000, Channels: 2, SDPFmtpLine: inside},
		}
	}
	for name, test := range map[string]struct {
		negotiated []webrtc.RTPCodecParameters
		packets    []uint8
		want       string
		redundant  bool
	}{
		"one after another":    {[]webrtc.RTPCodecParameters{opus, red("111/111"), pcmu}, []uint8{111, 63, 111, 63}, webrtc.MimeTypeOpus, true},
		"redundant first":      {[]webrtc.RTPCodecParameters{red("111/111"), opus}, []uint8{63}, webrtc.MimeTypeOpus, true},
		"not negotiated":       {[]webrtc.RTPCodecParameters{opus, pcmu}, []uint8{111}, webrtc.MimeTypeOpus, false},
		"another codec":        {[]webrtc.RTPCodecParameters{opus, red("111/111"), pcmu}, []uint8{0}, webrtc.MimeTypePCMU, false},
		"codec changes":        {[]webrtc.RTPCodecParameters{opus, red("111/111"), pcmu}, []uint8{63, 0}, webrtc.MimeTypePCMU, false},
		"unknown inside":       {[]webrtc.RTPCodecParameters{red("112/112"), opus}, []uint8{63}, webrtc.MimeTypeOpus, true},
		"it is inside itself":  {[]webrtc.RTPCodecParameters{red("63/63"), opus}, []uint8{63}, webrtc.MimeTypeOpus, true},
		"not said what inside": {[]webrtc.RTPCodecParameters{red(""), opus}, []uint8{63}, webrtc.MimeTypeOpus, true},
		"nothing":              {nil, []uint8{63}, "", false},
		"no packet":            {[]webrtc.RTPCodecParameters{opus, red("111/111")}, nil, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			track := newTrack(&peer{}, &webrtc.TrackRemote{}, webrtc.RTPParameters{Codecs: test.negotiated})
			began := 0
			track.began = func(*Track) { began++ }
			for _, payloadType := range test.packets {
				track.put([]byte{0x80, 0x80 | payloadType, 0, 0})
			}
			codec := track.Codec()
			payloadType, redundant := track.Redundancy()
			if codec.MimeType != test.want || redundant != test.redundant || redundant && payloadType != 63 {
				t.Errorf("%+v, redundancy %d, %v", codec, payloadType, redundant)
			}
			if began > 1 || began == 0 && len(test.packets) > 0 {
				t.Errorf("it began %d times", began)
			}
			for range test.packets {
				if n, _, err := track.Read(make([]byte, 10)); n != 4 || err != nil {
					t.Errorf("read %d bytes, %v", n, err)
				}
			}
		})
	}
}

func TestStereoAndRedundancyAreAcceptedAsTheyAreOffered(t *testing.T) {
	t.Parallel()
	for name, no := range map[string]bool{"redundant": false, "single": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			offering, err := newMediaEngine(false)
			if err != nil {
				t.Fatal(err)
			}
			answering, err := newMediaEngine(no)
			if err != nil {
				t.Fatal(err)
			}
			server, err := webrtc.NewAPI(webrtc.WithMediaEngine(offering)).NewPeerConnection(webrtc.Configuration{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = server.GracefulClose() }()
			client, err := webrtc.NewAPI(webrtc.WithMediaEngine(answering)).NewPeerConnection(webrtc.Configuration{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = client.GracefulClose() }()
			transceiver, err := server.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio)
			if err != nil {
				t.Fatal(err)
			}
			codecs := transceiver.Sender().GetParameters().Codecs
			for i := range codecs {
				if codecs[i].MimeType == webrtc.MimeTypeOpus {
					codecs[i].SDPFmtpLine += ";sprop-stereo=1"
				}
			}
			if err := transceiver.SetCodecPreferences(codecs); err != nil {
				t.Fatal(err)
			}
			offer, err := server.CreateOffer(nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := client.SetRemoteDescription(offer); err != nil {
				t.Fatal(err)
			}
			answer, err := client.CreateAnswer(nil)
			if err != nil {
				t.Fatal(err)
			}
			for line, want := range map[string]bool{
				"a=fmtp:111 minptime=10;useinbandfec=1;sprop-stereo=1": true,
				"a=rtpmap:63 red/48000/2":                              !no,
				"a=fmtp:63 111/111":                                    !no,
				"a=rtpmap:0 PCMU/8000":                                 true,
				"a=rtpmap:8 PCMA/8000":                                 true,
				"a=rtcp-fb:111 nack":                                   false,
			} {
				if strings.Contains(answer.SDP, line) != want {
					t.Errorf("%q, want %v: %s", line, want, answer.SDP)
				}
			}
		})
	}
}
