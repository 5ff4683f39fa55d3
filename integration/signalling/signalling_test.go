package signalling

import (
	"fmt"
	"slices"
	"testing"

	"github.com/livekit/protocol/livekit"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

var server *devserver.Server

func TestMain(m *testing.M) { roomtest.Run(m, goleak.Find, &server) }

// client makes the moves that are compared, each of which has been said when it returns.
type client interface {
	subscribe(sid string, wish bool)
	set(sid string, disabled bool, quality livekit.VideoQuality)
	leave()
}

// play makes the moves.
func play(t *testing.T, c client, r *recorder, sid string) {
	t.Helper()
	setting := func(disabled bool, quality livekit.VideoQuality) {
		c.set(sid, disabled, quality)
	}
	c.subscribe(sid, true)
	r.await(t, fmt.Sprintf("subscription of [%s]: true", sid))
	setting(false, livekit.VideoQuality_LOW)
	setting(true, livekit.VideoQuality_LOW)
	setting(false, livekit.VideoQuality_LOW)
	c.subscribe(sid, false)
	r.await(t, fmt.Sprintf("subscription of [%s]: false", sid))
	c.leave()
	r.await(t, "leave: CLIENT_INITIATED, DISCONNECT")
}

type node struct {
	t    *testing.T
	peer *rtcnode.Peer
	was  bool // disabled
}

func (n *node) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) subscribe(_ string, wish bool) {
	command := map[bool]string{true: "subscribe", false: "unsubscribe"}[wish]
	n.must(n.peer.Command(command))
	_, err := n.peer.Await(command + "d")
	n.must(err)
}

func (n *node) set(_ string, disabled bool, _ livekit.VideoQuality) {
	command := "low"
	if disabled != n.was {
		command = map[bool]string{true: "disable", false: "enable"}[disabled]
	}
	n.was = disabled
	n.must(n.peer.Command(command))
}

func (n *node) leave() { n.must(n.peer.Close()) }

type ours struct {
	t    *testing.T
	room *subscriber.Room
	of   string // the publisher's SID
}

func (o *ours) await(what string, ok func() bool) {
	o.t.Helper()
	for ctx := roomtest.Patient(o.t); ; {
		changed := o.room.Changed()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			o.t.Fatalf("%s does not happen: %v", what, o.room.Err())
		}
	}
}

func (o *ours) subscribe(sid string, wish bool) {
	if err := o.room.Subscribe(o.of, sid, wish); err != nil {
		o.t.Fatal(err)
	}
	o.await("a subscription", func() bool { return (o.room.Track(sid) != nil) == wish })
}

func (o *ours) set(sid string, disabled bool, quality livekit.VideoQuality) {
	settings := &livekit.UpdateTrackSettings{TrackSids: []string{sid}, Disabled: disabled, Quality: quality}
	if err := o.room.SetTrack(settings); err != nil {
		o.t.Fatal(err)
	}
}

func (o *ours) leave() { o.room.Close() }

func token(t *testing.T, identity string) string {
	t.Helper()
	text, err := server.Token(devserver.TokenOptions{Room: t.Name(), Identity: identity, CanSubscribe: true, CanPublish: identity == "publisher"})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTheServerIsToldTheSame for the same moves as it is by the Node SDK.
func TestTheServerIsToldTheSame(t *testing.T) {
	const width, height = 1280, 720 // so that there are layers, without which the Node SDK asks for none
	picture, err := rtcnode.WriteKnownPicture(t.TempDir(), width, height)
	if err != nil {
		t.Fatal(err)
	}
	publisher, err := rtcnode.Start(rtcnode.Settings{
		Role: "publish", URL: server.URL(), Token: token(t, "publisher"), Picture: picture, Width: width, Height: height,
		FrameRate: 5, Simulcast: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(publisher.Kill)
	if _, err := publisher.Await("published"); err != nil {
		t.Fatal(err)
	}

	theirs := newRecorder(t, server)
	peer, err := rtcnode.Start(rtcnode.Settings{
		Role: "receive", URL: theirs.url, Token: token(t, "node"), ByHand: true, Directory: t.TempDir(), Keep: 1 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(peer.Kill)
	track, err := peer.Await("available")
	if err != nil {
		t.Fatal(err)
	}
	play(t, &node{t: t, peer: peer}, theirs, track.SID)

	mine := newRecorder(t, server)
	room, err := subscriber.Join(roomtest.Patient(t), subscriber.Config{
		Config: signal.Config{URL: mine.url, Token: token(t, "ours")},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(room.Close)
	o := &ours{t: t, room: room}
	o.await("the publication", func() bool {
		for _, p := range room.Participants() {
			for _, published := range p.GetTracks() {
				if published.GetSid() == track.SID {
					o.of = p.GetSid()
				}
			}
		}
		return o.of != ""
	})
	play(t, o, mine, track.SID)

	if got, want := mine.moves(), theirs.moves(); !slices.Equal(got, want) {
		t.Errorf("we say %q\nthe Node SDK says %q", got, want)
	}
	// We answer an offer of the server. The Node SDK has one peer connection for both directions, and offers.
	for kind := range mine.kinds() {
		if kind != "Answer" && !theirs.kinds()[kind] {
			t.Errorf("we say %s, and the Node SDK does not", kind)
		}
	}
}
