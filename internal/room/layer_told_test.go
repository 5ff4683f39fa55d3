package room

import (
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func TestLayerIsToldWhenItChangesAndOnlyThen(t *testing.T) {
	t.Parallel()
	s, log := roomtest.StartLogging(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, s))
	selector := mustSelect(t, c, Criteria{})
	mustNext(t, selector)
	for i, test := range []struct {
		layer caps.Layer
		want  roomtest.Settings
	}{
		{caps.Layer{Quality: caps.QualityLow}, roomtest.Settings{Quality: "LOW", FPS: allFrames}},
		{caps.Layer{Quality: caps.QualityLow, MaxFrameRate: 5}, roomtest.Settings{Quality: "LOW", FPS: 5}},
		{caps.Layer{Paused: true}, roomtest.Settings{Quality: "HIGH", Disabled: true, FPS: allFrames}},
		{caps.Layer{}, roomtest.Settings{Quality: "HIGH", FPS: allFrames}},
	} {
		for range 3 {
			setLayer(selector, test.layer)
		}
		if got := log.Await(t, i+1); got != test.want {
			t.Errorf("%+v: told %+v, want %+v", test.layer, got, test.want)
		}
	}
	if _, skipped := log.All(); skipped != 0 {
		t.Errorf("%d messages said nothing new", skipped)
	}
}

// The server is told before it sends the first frame. What comes is the padding with which it tries the connection.
func TestTrackMayBeginPaused(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	selector := mustSelect(t, mustJoin(t, config(t, server)), Criteria{})
	setLayer(selector, caps.Layer{Paused: true})
	track, err := selector.Next(patient(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := readVideo(track, time.Now().Add(time.Second)); !isTimeout(err) {
		t.Fatalf("a packet came, or %v", err)
	}
	setLayer(selector, caps.Layer{})
	if err := readVideo(track, time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
}

// readVideo returns nil after the next packet that is not padding.
func readVideo(track *Track, deadline time.Time) error {
	if err := track.SetReadDeadline(deadline); err != nil {
		return err
	}
	for b := make([]byte, 2000); ; {
		n, _, err := track.Read(b)
		if err != nil {
			return err
		}
		var packet rtp.Packet
		if err := packet.Unmarshal(b[:n]); err != nil {
			return err
		}
		if !packet.Padding {
			return nil
		}
	}
}

func TestNothingIsToldWhereNobodyChooses(t *testing.T) {
	t.Parallel()
	s, log := roomtest.StartLogging(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, s))
	plain := mustSelect(t, c, Criteria{})
	mustNext(t, plain)
	choosy := mustSelect(t, c, Criteria{})
	setLayer(choosy, caps.Layer{Quality: caps.QualityLow})
	mustNext(t, choosy)
	if got, want := log.Await(t, 1), (roomtest.Settings{Quality: "HIGH", FPS: allFrames}); got != want {
		t.Errorf("told %+v, want %+v: the other one wants everything", got, want)
	}
	plain.Close()
	if got := log.Await(t, 2); got.Quality != "LOW" {
		t.Errorf("told %+v when the other one was closed", got)
	}
}

func TestLayerIsToldAgainWhenTheServerForgot(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]func(c *Connection, alice *roomtest.Publisher, sid string, current *Track){
		"republished": func(_ *Connection, alice *roomtest.Publisher, sid string, _ *Track) {
			alice.Unpublish(sid)
			alice.Publish(camera, "")
		},
		"released": func(c *Connection, _ *roomtest.Publisher, _ string, current *Track) {
			current.Release()
			c.teller.telling.Wait() // what is taken again before the server heard of it is nothing to it
		},
		"session replaced": func(c *Connection, _ *roomtest.Publisher, _ string, _ *Track) {
			c.sub.Reconnect()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, log := roomtest.StartLogging(t)
			alice := roomtest.NewPublisher(t, s, "alice")
			sid := alice.Publish(camera, "")
			config := config(t, s)
			config.URL = newForgetful(t, s).url
			c := mustJoin(t, config)
			selector := mustSelect(t, c, Criteria{})
			setLayer(selector, caps.Layer{Quality: caps.QualityLow})
			track := mustNext(t, selector)
			log.Await(t, 1)
			forget(c, alice, sid, track)
			roomtest.MustEnd(t, track)
			mustNext(t, selector)
			if got := log.Await(t, 2); got.Quality != "LOW" {
				t.Errorf("told %+v", got)
			}
		})
	}
}

func TestLayerChosenDuringAReconnectIsTold(t *testing.T) {
	t.Parallel()
	s, log := roomtest.StartLogging(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, s))
	selector := mustSelect(t, c, Criteria{})
	track := mustNext(t, selector)
	chosen := make(chan struct{})
	go func() {
		defer close(chosen)
		for changed := c.Changed(); c.State() == StateConnected; changed = c.Changed() {
			<-changed
		}
		setLayer(selector, caps.Layer{Quality: caps.QualityLow})
	}()
	c.sub.Reconnect()
	<-chosen
	if got := log.Await(t, 1); got.Quality != "LOW" {
		t.Errorf("told %+v", got)
	}
	roomtest.MustRead(t, track)
}

// A selector is there before the connection, and takes everything that is said to it then.
func TestSelectorIsToldBeforeThereIsAConnection(t *testing.T) {
	t.Parallel()
	s, log := roomtest.StartLogging(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	selector := NewSelector(Criteria{Participant: "bob"})
	defer selector.Close()
	expected := make(chan string, 1)
	selector.OnExpected(func(mimeType string) { expected <- mimeType })
	setLayer(selector, caps.Layer{Quality: caps.QualityLow})
	selector.SetCriteria(Criteria{Participant: "alice"})
	mustJoin(t, config(t, s)).Serve(selector)
	mustNext(t, selector)
	if got := log.Await(t, 1); got.Quality != "LOW" {
		t.Errorf("told %+v", got)
	}
	if got := <-expected; !strings.EqualFold(got, "video/VP8") {
		t.Errorf("%q was to be expected", got)
	}
	NewSelector(Criteria{}).Close() // one that never has a connection
}
