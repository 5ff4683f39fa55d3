package subscriber

import (
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const (
	overUDP = "candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host"
	overTCP = "candidate:2 1 tcp 1671430143 192.0.2.1 7881 typ host tcptype passive"
)

// TestTCPIsTriedAfterUDP whether its candidates come with the answer, before it, or behind it.
func TestTCPIsTriedAfterUDP(t *testing.T) {
	t.Parallel()
	p := newTestPeer(t)
	defer p.close()
	p.config.udpFirst = true
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	offer, err := p.nextOffer(false)
	if err != nil {
		t.Fatal(err)
	}
	add := func(candidates ...string) {
		t.Helper()
		for _, candidate := range candidates {
			if err := p.addCandidate(webrtc.ICECandidateInit{Candidate: candidate}); err != nil {
				t.Error(err)
			}
		}
	}
	add(overUDP, overTCP)
	other, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.GracefulClose() }()
	answer := answerTo(t, other, offer)
	with := strings.Replace(answer.GetSdp(), "a=mid:", "a="+overUDP+"\r\na="+overTCP+"\r\na=mid:", 1)
	if _, err := p.answered(&livekit.SessionDescription{Sdp: with, Id: offer.GetId()}); err != nil {
		t.Fatal(err)
	}
	add(overTCP, overUDP)
	if sdp := p.pc.RemoteDescription().SDP; strings.Contains(sdp, overTCP) || !strings.Contains(sdp, overUDP) {
		t.Errorf("the description is\n%s", sdp)
	}
	p.mu.Lock()
	held := len(p.held)
	p.mu.Unlock()
	if held != 3 {
		t.Errorf("%d candidates wait", held)
	}
	for ctx := roomtest.Patient(t); !hasTCP(p); {
		select {
		case <-ctx.Done():
			t.Fatal("TCP is not tried")
		case <-time.After(tcpDelay / 10): // to look again
		}
	}
}

// hasTCP reports whether ICE knows a candidate of the server for TCP.
func hasTCP(p *peer) bool {
	for _, stats := range p.pc.GetStats() {
		if s, is := stats.(webrtc.ICECandidateStats); is && s.Type == webrtc.StatsTypeRemoteCandidate && s.Protocol == "tcp" {
			return true
		}
	}
	return false
}
