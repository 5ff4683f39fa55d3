package subscriber

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestThereIsRoomForWhatTheServerNeeds plays the server, which needs more while an offer is on its way to it: it says so at once,
// and again with its answer.
func TestThereIsRoomForWhatTheServerNeeds(t *testing.T) {
	t.Parallel()
	p := newTestPeer(t)
	defer p.close()
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	other, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.GracefulClose() }()
	offer := func() *livekit.SessionDescription {
		t.Helper()
		offer, err := p.nextOffer(false)
		if err != nil {
			t.Fatal(err)
		}
		return offer
	}
	takeAnswer := func(to *livekit.SessionDescription, want bool) {
		t.Helper()
		answer := answerTo(t, other, to)
		if due, err := p.answered(answer); due != want || err != nil {
			t.Errorf("after the answer an offer is due: %v, %v", due, err)
		}
		if due, err := p.answered(answer); due || err != nil {
			t.Errorf("after the same answer an offer is due: %v, %v", due, err)
		}
	}
	need := func(audios, videos int, want bool, all sections) {
		t.Helper()
		if due, err := p.makeRoom(sections{audios, videos}); due != want || err != nil {
			t.Errorf("an offer is due: %v, %v", due, err)
		}
		if p.offered.made != all || len(p.pc.GetTransceivers()) != all.audios+all.videos {
			t.Errorf("there is room for %+v", p.offered.made)
		}
	}
	first := offer()
	need(0, 1, false, sections{1, 1}) // which the offer has
	need(0, 3, false, sections{1, 3})
	takeAnswer(first, true)
	second := offer()
	need(0, 2, false, sections{1, 3}) // with its answer to the first
	takeAnswer(second, false)
	need(0, 0, true, sections{1, 3}) // a track has ended
	third := offer()
	need(2, 0, false, sections{3, 3})
	again, err := p.nextOffer(true) // on another connection: the answer may have been lost
	if err != nil || again.GetId() != third.GetId() || again.GetSdp() != third.GetSdp() {
		t.Errorf("the offer is %v, %v", again, err)
	}
	takeAnswer(again, true)
	fourth := offer()
	if passwords(fourth) == passwords(third) {
		t.Error("the path is not to be found anew")
	}
	if due, err := p.answered(&livekit.SessionDescription{Id: third.GetId(), Sdp: "nonsense"}); due || err != nil {
		t.Errorf("an answer that nobody waits for: %v, %v", due, err)
	}
	takeAnswer(fourth, false)
	if passwords(offer()) != passwords(fourth) {
		t.Error("the path is to be found anew once more")
	}
}

// passwords are those of ICE in a description.
func passwords(of *livekit.SessionDescription) string {
	return strings.Join(regexp.MustCompile("a=ice-pwd:.*").FindAllString(of.GetSdp(), 1), "")
}

// answerTo answers as a server does that has nothing to send.
func answerTo(t *testing.T, pc *webrtc.PeerConnection, offer *livekit.SessionDescription) *livekit.SessionDescription {
	t.Helper()
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer.GetSdp()}); err != nil {
		t.Fatal(err)
	}
	answer, err := pc.CreateAnswer(nil)
	if err == nil {
		err = pc.SetLocalDescription(answer)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &livekit.SessionDescription{Sdp: answer.SDP, Id: offer.GetId()}
}

// TestManyTracksHaveRoom subscribes to more than there was room for at the beginning, gives some up and takes them again: the
// sections of tracks that have ended are used again.
func TestManyTracksHaveRoom(t *testing.T) {
	t.Parallel()
	const count = 4
	for i := range count {
		mustPublishAs(t, server, string(rune('a'+i)), testpublisher.VP8)
	}
	r := mustJoin(t, config(t, server))
	await(t, r, "all publishers", func() bool { return len(published(r)) == count })
	all := published(r)
	wish := func(wish bool, some []publication) {
		for _, p := range some {
			if err := r.Subscribe(p.participant, p.sid, wish); err != nil {
				t.Fatal(err)
			}
		}
		await(t, r, "what was wished", func() bool {
			return !slices.ContainsFunc(some, func(p publication) bool { return (r.Track(p.sid) != nil) != wish })
		})
	}
	wish(true, all)
	peer := r.current().peer
	made := peer.offered.made
	for range 3 {
		wish(false, all[1:])
		wish(true, all[1:])
	}
	for _, p := range all {
		mustRead(t, r.Track(p.sid), 5)
	}
	r.Close()
	if peer.offered.made != made || made != (sections{1, count}) {
		t.Errorf("there is room for %+v, at first for %+v", peer.offered.made, made)
	}
}
