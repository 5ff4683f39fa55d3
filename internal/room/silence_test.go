package room

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// Each row is what comes by the path, and how long nothing may come after it until there is doubt.
func TestHowLongASilenceIsTooLong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		packets []uint64 // more of them after each tick
		answers bool
		doubt   time.Duration
	}{
		{"a picture", []uint64{0, 8, 8, 8}, true, doubtWhenBusy},
		{"a picture, cut within a tick", []uint64{0, 8, 8, 1}, true, doubtWhenBusy},
		{"a muted track", []uint64{0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, true, doubtWhenQuiet},
		{"a picture each second", []uint64{0, 3, 0, 0, 0, 3, 0, 0, 0, 3}, true, doubtWhenQuiet},
		{"a server that does not answer", []uint64{0, 8, 8, 8}, false, doubtWhenDeaf},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var s silence
				came := subscriber.Arrivals{Path: "a"}
				for _, n := range test.packets {
					time.Sleep(silenceTick)
					came.Packets += n
					s.look(time.Now(), came)
					if s.isTooLong(time.Now(), test.answers) {
						t.Error("doubted while it came")
					}
				}
				last := s.last
				for !s.isTooLong(time.Now(), test.answers) {
					time.Sleep(time.Millisecond)
					if s.look(time.Now(), came) {
						t.Fatal("something came")
					}
				}
				if got := time.Since(last); got != test.doubt {
					t.Errorf("doubt after %v, want %v", got, test.doubt)
				}
			})
		})
	}
}

func TestAnotherPathIsNoSilence(t *testing.T) {
	t.Parallel()
	var s silence
	now := time.Now()
	s.look(now, subscriber.Arrivals{Path: "a", Packets: 7})
	if !s.look(now.Add(silenceTick), subscriber.Arrivals{Path: "b", Packets: 7}) || s.isBusy[0] {
		t.Errorf("got %+v", s)
	}
	if !s.look(now.Add(2*silenceTick), subscriber.Arrivals{Path: "b", Packets: 7, Responses: 1}) {
		t.Error("an answer of STUN counts for nothing")
	}
}
