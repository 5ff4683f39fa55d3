package stream_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	pionrtp "github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
	"github.com/gst-livekit/gst-livekit/stream"
)

// The payload types of the peers below, and what they stand for.
const (
	payloadVP8  = 96
	payloadH264 = 102
	payloadH266 = 120

	mimeTypeH266 = "video/H266"
)

var peerCodecs = []webrtc.RTPCodecParameters{
	peerCodec(webrtc.MimeTypeVP8, payloadVP8, ""),
	peerCodec(webrtc.MimeTypeH264, payloadH264, "packetization-mode=1;profile-level-id=42e01f"),
	peerCodec(mimeTypeH266, payloadH266, ""),
}

func peerCodec(mimeType string, payloadType webrtc.PayloadType, parameters string) webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mimeType, ClockRate: 90000, SDPFmtpLine: parameters},
		PayloadType:        payloadType,
	}
}

// peer sends one track to this process without LiveKit: any codec, and another one in the middle.
type peer struct {
	*webrtc.TrackLocalStaticRTP
	received chan *webrtc.TrackRemote
	receiver chan *webrtc.RTPReceiver // that the track came with
	sender   *webrtc.RTPSender

	mu     sync.Mutex
	writer webrtc.TrackLocalWriter // nil until bound
	ssrc   webrtc.SSRC
	bound  chan struct{}

	sequencer pionrtp.Sequencer
	timestamp uint32
	packet    func(*pionrtp.Packet) (send bool) // may change it; nil sends it as it is
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	return newPeerOf(t, peerCodecs[0])
}

// newPeerOf is a peer whose track begins with a codec.
func newPeerOf(t *testing.T, codec webrtc.RTPCodecParameters) *peer {
	t.Helper()
	track, err := webrtc.NewTrackLocalStaticRTP(codec.RTPCodecCapability, "camera", "stream")
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{
		TrackLocalStaticRTP: track, received: make(chan *webrtc.TrackRemote, 1),
		receiver: make(chan *webrtc.RTPReceiver, 1), bound: make(chan struct{}),
		sequencer: pionrtp.NewRandomSequencer(),
	}
	from, fromConnected := newPeerConnection(t)
	to, toConnected := newPeerConnection(t)
	to.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		p.receiver <- receiver
		p.received <- track
	})
	if p.sender, err = from.AddTrack(p); err != nil {
		t.Fatal(err)
	}
	negotiate(t, from, to)
	mustReceive(t, fromConnected, "connecting")
	mustReceive(t, toConnected, "connecting")
	mustReceive(t, p.bound, "sending")
	return p
}

// newPeerConnection also returns what is closed when packets can flow.
func newPeerConnection(t *testing.T) (*webrtc.PeerConnection, <-chan struct{}) {
	t.Helper()
	media := new(webrtc.MediaEngine)
	for _, codec := range peerCodecs {
		if err := media.RegisterCodec(codec, webrtc.RTPCodecTypeVideo); err != nil {
			t.Fatal(err)
		}
	}
	for _, codec := range peerSounds {
		if err := media.RegisterCodec(codec, webrtc.RTPCodecTypeAudio); err != nil {
			t.Fatal(err)
		}
	}
	orientation := webrtc.RTPHeaderExtensionCapability{URI: rtp.VideoOrientationURI}
	if err := media.RegisterHeaderExtension(orientation, webrtc.RTPCodecTypeVideo); err != nil {
		t.Fatal(err)
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetIPFilter(net.IP.IsLoopback)
	connection, err := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings)).
		NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := connection.GracefulClose(); err != nil {
			t.Error(err)
		}
	})
	connected := make(chan struct{})
	connection.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			close(connected)
		}
	})
	return connection, connected
}

func negotiate(t *testing.T, from, to *webrtc.PeerConnection) {
	t.Helper()
	offer, err := from.CreateOffer(nil)
	describe(t, from, to, offer, err)
	answer, err := to.CreateAnswer(nil)
	describe(t, to, from, answer, err)
}

// describe gives both the description of one, with all its candidates.
func describe(t *testing.T, one, other *webrtc.PeerConnection, description webrtc.SessionDescription, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(one)
	if err := one.SetLocalDescription(description); err != nil {
		t.Fatal(err)
	}
	mustReceive(t, gathered, "the end of gathering candidates")
	if err := other.SetRemoteDescription(*one.LocalDescription()); err != nil {
		t.Fatal(err)
	}
}

// Bind implements webrtc.TrackLocal.
func (p *peer) Bind(context webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writer, p.ssrc = context.WriteStream(), context.SSRC()
	close(p.bound)
	return p.TrackLocalStaticRTP.Bind(context)
}

// play sends units over and over, in real time, until stop is called.
func (p *peer) play(t *testing.T, payloadType uint8, payloader pionrtp.Payloader, units [][]byte) (stop func()) {
	t.Helper()
	packetizer := pionrtp.NewPacketizer(1200, payloadType, uint32(p.ssrc), payloader, p.sequencer, 90000)
	stopping := make(chan struct{})
	var playing sync.WaitGroup
	playing.Go(func() {
		ticker := time.NewTicker(frameDuration)
		defer ticker.Stop()
		for i := 0; ; i = (i + 1) % len(units) {
			p.timestamp += 3000
			for _, packet := range packetizer.Packetize(units[i], 3000) {
				packet.Timestamp = p.timestamp
				if p.packet != nil && !p.packet(packet) {
					continue
				}
				// Fails while nobody is connected.
				_, _ = p.writer.WriteRTP(&packet.Header, packet.Payload)
			}
			select {
			case <-ticker.C:
			case <-stopping:
				return
			}
		}
	})
	stop = sync.OnceFunc(func() {
		close(stopping)
		playing.Wait()
	})
	t.Cleanup(stop)
	return stop
}

func TestTrackMayChangeItsCodecWithThePayloadType(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	stop := p.play(t, payloadVP8, &codecs.VP8Payloader{}, record(t, webrtc.MimeTypeVP8, 320, 180))
	s := mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "a track")))
	mustRead(t, s, 5)
	stop()
	var widths []int
	for _, change := range []struct {
		payloadType uint8
		payloader   pionrtp.Payloader
		mimeType    string
		width       int
	}{
		{payloadH264, &codecs.H264Payloader{}, webrtc.MimeTypeH264, 160},
		{payloadVP8, &codecs.VP8Payloader{}, webrtc.MimeTypeVP8, 240},
	} {
		stop := p.play(t, change.payloadType, change.payloader, record(t, change.mimeType, change.width, 90))
		for changed := 0; changed < 5; {
			f := mustNext(t, s).Frame
			widths = append(widths, f.Width)
			if f.Width == change.width {
				changed++
			}
			f.Release()
		}
		stop()
	}
	if got := slices.Compact(widths); len(got) < 2 || !slices.Equal(got[len(got)-2:], []int{160, 240}) || len(got) > 3 {
		t.Errorf("frames were %v wide, one after another", got)
	}
}

func TestCodecThatIsNotKnownIsNamed(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	p.play(t, payloadH266, &codecs.VP8Payloader{}, [][]byte{{1, 2, 3}})
	_, err := stream.FromTrack(mustReceive(t, p.received, "a track"))
	if unsupported := new(stream.UnsupportedCodecError); !errors.As(err, &unsupported) ||
		unsupported.MimeType != mimeTypeH266 || unsupported.Caps != "" {
		t.Errorf("FromTrack: %v, want an UnsupportedCodecError for %s", err, mimeTypeH266)
	}
}

func TestCodecThatBecomesUnknownIsNamed(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	stop := p.play(t, payloadVP8, &codecs.VP8Payloader{}, record(t, webrtc.MimeTypeVP8, 320, 180))
	s := mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "a track")))
	mustRead(t, s, 5)
	stop()
	p.play(t, payloadH266, &codecs.VP8Payloader{}, [][]byte{{1, 2, 3}})
	for range 2 {
		_, err := readAll(t, s)
		if unsupported := new(stream.UnsupportedCodecError); !errors.As(err, &unsupported) || unsupported.MimeType != mimeTypeH266 {
			t.Errorf("Next: %v, want an UnsupportedCodecError for %s", err, mimeTypeH266)
		}
	}
}

// withoutDecoder runs one test in a process of its own, in which GStreamer has no decoder for VP8.
const withoutDecoder = "STREAM_TEST_WITHOUT_DECODER"

func TestCodecWithoutADecoderIsNamed(t *testing.T) {
	t.Parallel()
	if os.Getenv(withoutDecoder) == "" {
		child := exec.CommandContext(patient(t), os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), withoutDecoder+"=1", "GST_PLUGIN_FEATURE_RANK=vp8dec:NONE,avdec_vp8:NONE,vp8alphadecodebin:NONE")
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	p := newPeer(t)
	p.play(t, payloadVP8, &codecs.VP8Payloader{}, record(t, webrtc.MimeTypeVP8, 320, 180))
	s := mustOpen(t)(stream.FromTrack(mustReceive(t, p.received, "a track")))
	for range 2 {
		_, err := s.Next(patient(t))
		if unsupported := new(stream.UnsupportedCodecError); !errors.As(err, &unsupported) ||
			unsupported.MimeType != webrtc.MimeTypeVP8 || unsupported.Caps != "video/x-vp8" {
			t.Errorf("Next: %v, want an UnsupportedCodecError for VP8", err)
		}
	}
}
