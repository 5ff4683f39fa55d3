package subscriber

import (
	"log/slog"
	"testing"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/transport/v5/packetio"
	"github.com/pion/webrtc/v4"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// failing fails a test when something panics that guard recovers.
type failing struct{ t testing.TB }

func (f failing) Panicked(err *guard.Error) { f.t.Errorf("%v\n%s", err, err.Stack) }

// newTestPeer returns a peer that nobody reaches.
func newTestPeer(t testing.TB) *peer {
	t.Helper()
	p, err := newPeer(peerConfig{
		policy: webrtc.ICETransportPolicyRelay, // so that nothing is gathered
		log:    slog.New(slog.DiscardHandler), owner: failing{t},
		candidate: func(webrtc.ICECandidateInit) {}, noRelay: func() {}, state: func(webrtc.PeerConnectionState) {},
		began: func(*Track) {}, ended: func(*Track) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// offers are what a server has sent that offers: with nothing, and with a track.
func offers(f *testing.F) []string {
	f.Helper()
	mustPublish(f, server, testpublisher.VP8)
	c := config(f, server)
	c.Separate = true
	r, err := Join(roomtest.Patient(f), c)
	if err != nil {
		f.Fatal(err)
	}
	defer r.Close()
	ready(f, r)
	s := r.current()
	empty := s.peer.pc.RemoteDescription().SDP
	mustSubscribe(f, r)
	return []string{empty, s.peer.pc.RemoteDescription().SDP}
}

// FuzzOffer gives a peer connection two offers, of which the first may be fine.
func FuzzOffer(f *testing.F) {
	all := offers(f)
	f.Add(all[0], all[1])
	f.Add(all[1], all[0])
	f.Add("v=0\r\n", all[0])
	f.Fuzz(func(t *testing.T, first, second string) {
		p := newTestPeer(t)
		defer p.close()
		for _, sdp := range []string{first, second} {
			answer, err := p.offer(sdp)
			if (answer == "") != (err != nil) {
				t.Errorf("answered %q, %v", answer, err)
			}
		}
	})
}

// FuzzAnswer gives a peer connection two answers to its offers, of which the first may be fine, and needs more room in between.
func FuzzAnswer(f *testing.F) {
	mustPublish(f, server, testpublisher.VP8)
	r := mustJoin(f, config(f, server))
	mustSubscribe(f, r)
	answer := r.current().peer.pc.RemoteDescription().SDP
	r.Close()
	f.Add(answer, answer, uint32(1), uint32(1))
	f.Add("v=0\r\n", answer, uint32(0), uint32(1<<32-1))
	f.Fuzz(func(t *testing.T, first, second string, audios, videos uint32) {
		p := newTestPeer(t)
		defer p.close()
		if err := p.prepare(); err != nil {
			t.Fatal(err)
		}
		for _, sdp := range []string{first, second} {
			offer, err := p.nextOffer(false)
			if err != nil {
				return // what was said has left it in no state to go on from
			}
			if _, err := p.answered(&livekit.SessionDescription{Sdp: sdp, Id: offer.GetId()}); err == nil && p.offered.waiting {
				t.Error("an answer that was taken is waited for")
			}
			if _, err := p.makeRoom(sections{int(audios), int(videos)}); err == nil && len(p.pc.GetTransceivers()) > maxSections+2 {
				t.Errorf("room for %+v", p.offered.made)
			}
		}
	})
}

// FuzzFirstMessage lets a server say with anything that we have joined.
func FuzzFirstMessage(f *testing.F) {
	for _, m := range []*livekit.JoinResponse{
		welcome().GetJoin(),
		{
			Room: &livekit.Room{}, Participant: &livekit.ParticipantInfo{}, SubscriberPrimary: true, PingInterval: -1, PingTimeout: 1 << 30,
			IceServers: []*livekit.ICEServer{
				{Urls: []string{"turn:h:1?transport=udp", "stun:h", "turns:h"}, Username: "u", Credential: "c"}, nil, {Urls: []string{"::"}},
			},
			OtherParticipants:   []*livekit.ParticipantInfo{nil, {Sid: "a", Tracks: []*livekit.TrackInfo{nil, {Sid: "b"}}}},
			ClientConfiguration: &livekit.ClientConfiguration{ForceRelay: livekit.ClientConfigSetting_ENABLED},
		},
	} {
		data, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, false)
		f.Add(data, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, one bool) {
		conn := &signal.Conn{One: one}
		m := new(livekit.JoinResponse)
		if proto.Unmarshal(data, m) != nil {
			return
		}
		joined, err := joinedOf(conn, &livekit.SignalResponse{Message: &livekit.SignalResponse_Join{Join: m}})
		if err != nil {
			return
		}
		r := &Room{log: slog.New(slog.DiscardHandler), token: "t", done: make(chan struct{})}
		s, err := r.newSession(conn, joined)
		if err != nil {
			return
		}
		defer s.peer.close()
		if _, err := make(participants).update(joined.GetOtherParticipants(), joined.GetParticipant()); err != nil {
			t.Error(err)
		}
	})
}

// FuzzPackets writes decrypted packets to a track, as they came and as they are sent again.
func FuzzPackets(f *testing.F) {
	add := func(payloadType uint8, padding bool, payload []byte) {
		raw, err := (&rtp.Packet{
			Header: rtp.Header{Version: 2, PayloadType: payloadType, SSRC: 5, Padding: padding}, Payload: payload, PaddingSize: 1,
		}).Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, raw)
	}
	add(96, false, []byte{1, 2, 3})
	add(97, false, []byte{0, 1, 2})
	add(97, true, []byte{1})
	f.Add([]byte{}, []byte{0x90, 97, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0, 1, 0xff})
	f.Fuzz(func(t *testing.T, packet, again []byte) {
		all := streams{owner: failing{t}}
		track := newTrack(&peer{}, &webrtc.TrackRemote{}, webrtc.RTPParameters{Codecs: []webrtc.RTPCodecParameters{
			{PayloadType: 96, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}},
			{PayloadType: 97, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, SDPFmtpLine: "apt=96"}},
		}})
		track.began, track.stopped = func(*Track) {}, func(*Track) {}
		defer track.feedback.close()
		for ssrc, packet := range [][]byte{packet, again} {
			seen, err := track.feedback.bind(uint32(ssrc), webrtc.RTPCodecCapability{ClockRate: 90000}, []webrtc.RTPHeaderExtensionParameter{
				{URI: transportCCURI, ID: 3},
			})
			if err != nil {
				t.Fatal(err)
			}
			s := all.buffer(packetio.RTPBufferPacket, uint32(ssrc))
			for range 2 { // early, and in time
				if _, err := s.Write(append([]byte(nil), packet...)); err != nil {
					t.Error(err)
				}
				all.get(uint32(ssrc)).bind(track, ssrc == 1, seen)
			}
		}
		all.closeAll()
		for b := make([]byte, 2000); ; {
			if _, _, err := track.Read(b); err != nil {
				break
			}
		}
	})
}

// FuzzControl gives control packets to who counts, and to who is told of sender reports.
func FuzzControl(f *testing.F) {
	for _, packet := range []rtcp.Packet{
		&rtcp.SenderReport{SSRC: 5, Reports: []rtcp.ReceptionReport{{SSRC: 5}}},
		&rtcp.Goodbye{Sources: []uint32{5}},
		&rtcp.ExtendedReport{Reports: []rtcp.ReportBlock{&rtcp.DLRRReportBlock{Reports: []rtcp.DLRRReport{{SSRC: 5, LastRR: 1}}}}},
	} {
		raw, err := packet.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		p := newTestPeer(t)
		defer p.close()
		p.streams.owner = failing{t}
		if _, err := p.feedback.bind(5, webrtc.RTPCodecCapability{ClockRate: 90000}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := p.streams.buffer(packetio.RTCPBufferPacket, 5).Write(packet); err != nil {
			t.Error(err)
		}
	})
}
