package stream_test

import (
	"errors"
	"math"
	"testing"
	"time"

	pionrtp "github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testtone"
	"github.com/gst-livekit/gst-livekit/stream"
)

// peerSounds are what a peer can send beside video.
var peerSounds = []webrtc.RTPCodecParameters{
	peerSound(webrtc.MimeTypePCMU, 0), peerSound(webrtc.MimeTypePCMA, 8), peerSound(webrtc.MimeTypeG722, 9),
}

func peerSound(mimeType string, payloadType webrtc.PayloadType) webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mimeType, ClockRate: 8000}, PayloadType: payloadType,
	}
}

// playSound sends packets of 20 ms of sound at 8 kHz, over and over in real time, until the test ends.
func (p *peer) playSound(t *testing.T, payloadType webrtc.PayloadType, packets [][]byte) {
	t.Helper()
	stopping, stopped := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() {
		close(stopping)
		<-stopped
	})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		for begin, n := time.Now(), 0; ; {
			for ; n < int(time.Since(begin)/(20*time.Millisecond)); n++ {
				// Fails while nobody is connected.
				_, _ = p.writer.WriteRTP(&pionrtp.Header{
					Version: 2, PayloadType: uint8(payloadType), SSRC: uint32(p.ssrc),
					SequenceNumber: p.sequencer.NextSequenceNumber(), Timestamp: uint32(n * 160),
				}, packets[n%len(packets)])
			}
			select {
			case <-ticker.C:
			case <-stopping:
				return
			}
		}
	}()
}

// squareWave is the tone as G.711: as loud as a byte for a positive and a negative number. Both tables of G.711 have the sign in the
// highest bit.
func squareWave(positive byte) (packets [][]byte) {
	for n := range 50 {
		packet := make([]byte, 160)
		for i := range packet {
			packet[i] = positive
			if at := (n*160 + i) * 2 * testtone.Hertz / 8000; at%2 == 1 {
				packet[i] ^= 0x80
			}
		}
		packets = append(packets, packet)
	}
	return packets
}

func TestAudioOfG711(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		codec    webrtc.RTPCodecParameters
		positive byte
		level    float64 // that ITU-T G.711 gives it
	}{
		"PCMU": {peerSounds[0], 0x9f, 8316},
		"PCMA": {peerSounds[1], 0xba, 16128},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeerOf(t, row.codec)
			p.playSound(t, row.codec.PayloadType, squareWave(row.positive))
			s := mustHear(t)(stream.AudioFromTrack(mustReceive(t, p.received, "a track"), stream.WithSampleRate(16000)))
			last := until(t, s, isSound)
			var samples []int16
			for len(samples) < 16000 {
				event := mustNextSound(t, s)
				checkFollows(t, last, event)
				last, samples = event, append(samples, event.Frame.Data...)
			}
			if got := testtone.Frequency(samples, 16000); math.Abs(got-testtone.Hertz) > testtone.Hertz*0.02 {
				t.Errorf("the tone has %v Hz", got)
			}
			if got, want := testtone.Level(samples), 20*math.Log10(row.level/32768); math.Abs(got-want) > 0.5 {
				t.Errorf("the tone has %v dB, want %v", got, want)
			}
			if stats := s.Stats(); stats.Codec != name || s.Muted() {
				t.Errorf("%+v", stats)
			}
		})
	}
}

func TestCodecOfSoundThatIsNotKnownIsNamed(t *testing.T) {
	t.Parallel()
	codec := peerSounds[2]
	p := newPeerOf(t, codec)
	p.playSound(t, codec.PayloadType, [][]byte{make([]byte, 160)})
	_, err := stream.AudioFromTrack(mustReceive(t, p.received, "a track"))
	if unsupported := new(stream.UnsupportedCodecError); !errors.As(err, &unsupported) || unsupported.MimeType != webrtc.MimeTypeG722 {
		t.Errorf("AudioFromTrack: %v, want an UnsupportedCodecError for %s", err, webrtc.MimeTypeG722)
	}
}
