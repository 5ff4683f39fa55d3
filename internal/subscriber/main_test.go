package subscriber

import (
	"errors"
	"log"
	"os"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testauthority"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// server is what most tests use. A test that harms its server starts its own.
var server *devserver.Server

// authority is one that this process trusts.
var authority *testauthority.Authority

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	trusted, forget, err := testauthority.NewTrusted()
	if err != nil {
		log.Print(err)
		return 1
	}
	defer forget()
	authority = trusted
	return roomtest.Main(m, func(s *devserver.Server) error {
		server = s
		return nil
	}, func() error { return goleak.Find() })
}

// tokenFor lets its holder subscribe in the test's own room.
func tokenFor(t testing.TB, s *devserver.Server, identity string) string {
	t.Helper()
	return tokenInRoom(t, s, t.Name(), identity)
}

func tokenInRoom(t testing.TB, s *devserver.Server, name, identity string) string {
	t.Helper()
	token, err := s.Token(devserver.TokenOptions{Room: name, Identity: identity, CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func config(t testing.TB, s *devserver.Server) Config {
	t.Helper()
	return Config{Config: signal.Config{URL: s.URL(), Token: tokenFor(t, s, "subscriber"), Version: "test"}}
}

// configOf is config, or one that differs from it.
type configOf func(t testing.TB, s *devserver.Server) Config

// eachWay has one peer connection, in which we offer, and then separate ones, in which the server does.
func eachWay(t *testing.T, test func(t *testing.T, config configOf)) {
	t.Helper()
	for name, separate := range map[string]bool{"one peer connection": false, "separate ones": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, func(t testing.TB, s *devserver.Server) Config {
				t.Helper()
				c := config(t, s)
				c.Separate = separate
				return c
			})
		})
	}
}

func mustJoin(t testing.TB, c Config) *Room {
	t.Helper()
	r, err := Join(roomtest.Patient(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// mustPublish publishes a small picture in the test's own room.
func mustPublish(t testing.TB, s *devserver.Server, codec testpublisher.Codec) *testpublisher.Publisher {
	t.Helper()
	return mustPublishAs(t, s, "publisher", codec)
}

func mustPublishAs(t testing.TB, s *devserver.Server, identity string, codec testpublisher.Codec) *testpublisher.Publisher {
	t.Helper()
	p, err := testpublisher.Start(roomtest.Patient(t), testpublisher.Config{
		URL: s.URL(), APIKey: s.APIKey, APISecret: s.APISecret, Room: t.Name(), Identity: identity, Codec: codec,
		Width: 320, Height: 180, FrameRate: 15,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// await waits until ok reports true, which it is asked after every change.
func await(t testing.TB, r *Room, what string, ok func() bool) {
	t.Helper()
	awaitChange(t, r, r.Changed, what, ok)
}

// awaitChange is await with changes of another kind.
func awaitChange(t testing.TB, r *Room, changed func() <-chan struct{}, what string, ok func() bool) {
	t.Helper()
	ctx := roomtest.Patient(t)
	for {
		next := changed()
		if ok() {
			return
		}
		select {
		case <-next:
		case <-ctx.Done():
			t.Fatalf("%s does not happen; the room's error is %v", what, r.Err())
		}
	}
}

// mustFind waits for a track to be published.
func mustFind(t testing.TB, r *Room) (participantSID, sid string) {
	t.Helper()
	await(t, r, "a publication", func() bool {
		for _, p := range r.Participants() {
			for _, track := range p.GetTracks() {
				participantSID, sid = p.GetSid(), track.GetSid()
				return true
			}
		}
		return false
	})
	return participantSID, sid
}

// mustSubscribe subscribes to what is published and returns it with its first packet.
func mustSubscribe(t testing.TB, r *Room) *Track {
	t.Helper()
	participantSID, sid := mustFind(t, r)
	if err := r.Subscribe(participantSID, sid, true); err != nil {
		t.Fatal(err)
	}
	var track *Track
	await(t, r, "the first packet", func() bool {
		track = r.Track(sid)
		return track != nil
	})
	if track.ParticipantSID != participantSID {
		t.Errorf("the track is of %q, want %q", track.ParticipantSID, participantSID)
	}
	return track
}

// mustRead reads packets.
func mustRead(t testing.TB, track *Track, count int) {
	t.Helper()
	if err := track.SetReadDeadline(time.Now().Add(roomtest.Patience)); err != nil {
		t.Fatal(err)
	}
	for b := make([]byte, 2000); count > 0; count-- {
		if n, _, err := track.Read(b); err != nil || n < 12 {
			t.Fatalf("read %d bytes: %v", n, err)
		}
	}
}

// leaveError checks that the server told us to leave.
func leaveError(t testing.TB, err error, reason livekit.DisconnectReason) {
	t.Helper()
	var left *LeftError
	if !errors.As(err, &left) || left.Reason != reason {
		t.Errorf("ended with %v, want %v", err, reason)
	}
}

func ready(t testing.TB, r *Room) {
	t.Helper()
	select {
	case <-r.Ready():
	case <-r.Done():
		t.Fatal(r.Err())
	case <-roomtest.Patient(t).Done():
		t.Fatal("no media connection comes about")
	}
}
