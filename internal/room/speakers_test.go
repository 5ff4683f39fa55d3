package room

import (
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const (
	loud   = 10 // dB below the loudest
	silent = 127
)

// hear returns what OnSpeakers gives.
func hear(t *testing.T, c *Connection) <-chan []Speaker {
	t.Helper()
	news := make(chan []Speaker, 1000)
	stop := c.OnSpeakers(func(s []Speaker) { news <- s })
	t.Cleanup(func() {
		stop()
		stop()
	})
	return news
}

// awaitSpeaker waits until a participant speaks, or does not.
func awaitSpeaker(t *testing.T, news <-chan []Speaker, identity string, speaking bool) {
	t.Helper()
	for {
		select {
		case all := <-news:
			for _, s := range all {
				if s.Speaking != (s.Level > 0) || s.Level > 1 {
					t.Errorf("got %+v", s)
				}
				if s.Identity == identity && s.Speaking == speaking {
					return
				}
			}
		case <-patient(t).Done():
			t.Fatalf("%s speaks: it does not become %v", identity, speaking)
		}
	}
}

func TestSpeakersAreTold(t *testing.T) {
	t.Parallel()
	var level atomic.Uint32
	level.Store(silent)
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.PublishSound(microphone, func() uint8 { return uint8(level.Load()) })
	c := mustJoin(t, config(t, server))
	track := mustNext(t, mustSelect(t, c, Criteria{Kind: caps.Audio}))
	news := hear(t, c)
	level.Store(loud)
	awaitSpeaker(t, news, "alice", true)
	later := hear(t, c) // learns at once of who speaks already
	awaitSpeaker(t, later, "alice", true)
	level.Store(silent)
	awaitSpeaker(t, news, "alice", false)
	awaitSpeaker(t, later, "alice", false)

	level.Store(loud)
	awaitSpeaker(t, news, "alice", true)
	alice.Mute(sid, true)
	awaitSpeaker(t, news, "alice", false)
	alice.Mute(sid, false)
	awaitSpeaker(t, news, "alice", true)
	track.Release() // of whom nothing is received, the server says nothing
	awaitSpeaker(t, news, "alice", false)
}

func TestWhoLeavesDoesNotSpeak(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(alice *roomtest.Publisher, sid string, c *Connection){
		"left":        func(alice *roomtest.Publisher, _ string, _ *Connection) { alice.Leave() },
		"unpublished": func(alice *roomtest.Publisher, sid string, _ *Connection) { alice.Unpublish(sid) },
		"we left":     func(_ *roomtest.Publisher, _ string, c *Connection) { c.sub.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alice := roomtest.NewPublisher(t, server, "alice")
			sid := alice.PublishSound(microphone, func() uint8 { return loud })
			c := mustJoin(t, config(t, server))
			mustNext(t, mustSelect(t, c, Criteria{Kind: caps.Audio}))
			news := hear(t, c)
			awaitSpeaker(t, news, "alice", true)
			leave(alice, sid, c)
			awaitSpeaker(t, news, "alice", false)
		})
	}
}

func TestOnlyWhatIsNewOfSpeakersIsTold(t *testing.T) {
	t.Parallel()
	levels := make(map[string]float64)
	for _, step := range []struct {
		now  map[string]float64
		want []Speaker
	}{
		{nil, nil},
		{map[string]float64{"alice": 0.5, "bob": 1, "carol": 0.5}, []Speaker{{"bob", 1, true}, {"alice", 0.5, true}, {"carol", 0.5, true}}},
		{map[string]float64{"alice": 0.5, "bob": 1, "carol": 0.5}, nil},
		{map[string]float64{"carol": 0.25, "dave": 0.125, "bob": 1}, []Speaker{{"carol", 0.25, true}, {"dave", 0.125, true}, {"alice", 0, false}}},
		{nil, []Speaker{{"bob", 0, false}, {"carol", 0, false}, {"dave", 0, false}}},
	} {
		if diff := cmp.Diff(step.want, since(levels, step.now)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", step.now, diff)
		}
	}
}
