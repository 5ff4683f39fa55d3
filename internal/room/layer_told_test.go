package room

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// toldSettings is what a server logs of the settings of a track.
type toldSettings struct {
	Quality  string `json:"quality"`
	Disabled bool   `json:"disabled"`
	FPS      uint32 `json:"fps"`
}

// toldLog is the log of a server, of which it keeps the settings that subscribers sent.
type toldLog struct {
	changed broadcast.Broadcast

	mu      sync.Mutex
	partial string
	told    []toldSettings
	skipped int // messages that changed nothing
}

func (l *toldLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.changed.Fire()
	defer l.mu.Unlock()
	lines := strings.Split(l.partial+string(b), "\n")
	l.partial = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		switch {
		case strings.Contains(line, "skipping subscriber track settings"):
			l.skipped++
		case strings.Contains(line, "saving subscriber track settings"):
			var fields struct {
				Settings toldSettings `json:"settings"`
			}
			if err := json.Unmarshal([]byte(line[strings.Index(line, "{"):]), &fields); err != nil {
				return 0, err
			}
			l.told = append(l.told, fields.Settings)
		}
	}
	return len(b), nil
}

func (l *toldLog) all() (told []toldSettings, skipped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.told), l.skipped
}

// await waits until so many settings were told, and returns the last.
func (l *toldLog) await(t *testing.T, count int) toldSettings {
	t.Helper()
	await(t, l.changed.Wait, "telling the server", func() bool {
		told, _ := l.all()
		return len(told) >= count
	})
	told, _ := l.all()
	if len(told) != count {
		t.Errorf("the server was told %+v, want %d", told, count)
	}
	return told[len(told)-1]
}

func startLoggingServer(t *testing.T) (*devserver.Server, *toldLog) {
	t.Helper()
	l := &toldLog{}
	s, err := devserver.Start(t.Context(), devserver.Options{LogLevel: "debug", LogWriter: l})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s, l
}

func TestLayerIsToldWhenItChangesAndOnlyThen(t *testing.T) {
	t.Parallel()
	s, log := startLoggingServer(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, s))
	selector := mustSelect(t, c, Criteria{})
	mustNext(t, selector)
	for i, test := range []struct {
		layer caps.Layer
		want  toldSettings
	}{
		{caps.Layer{Quality: caps.QualityLow}, toldSettings{Quality: "LOW", FPS: allFrames}},
		{caps.Layer{Quality: caps.QualityLow, MaxFrameRate: 5}, toldSettings{Quality: "LOW", FPS: 5}},
		{caps.Layer{Paused: true}, toldSettings{Quality: "HIGH", Disabled: true, FPS: allFrames}},
		{caps.Layer{}, toldSettings{Quality: "HIGH", FPS: allFrames}},
	} {
		for range 3 {
			setLayer(selector, test.layer)
		}
		if got := log.await(t, i+1); got != test.want {
			t.Errorf("%+v: told %+v, want %+v", test.layer, got, test.want)
		}
	}
	if _, skipped := log.all(); skipped != 0 {
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
	s, log := startLoggingServer(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	c := mustJoin(t, config(t, s))
	plain := mustSelect(t, c, Criteria{})
	mustNext(t, plain)
	choosy := mustSelect(t, c, Criteria{})
	setLayer(choosy, caps.Layer{Quality: caps.QualityLow})
	mustNext(t, choosy)
	if got, want := log.await(t, 1), (toldSettings{Quality: "HIGH", FPS: allFrames}); got != want {
		t.Errorf("told %+v, want %+v: the other one wants everything", got, want)
	}
	plain.Close()
	if got := log.await(t, 2); got.Quality != "LOW" {
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
			s, log := startLoggingServer(t)
			alice := roomtest.NewPublisher(t, s, "alice")
			sid := alice.Publish(camera, "")
			config := config(t, s)
			config.URL = newForgetful(t, s).url
			c := mustJoin(t, config)
			selector := mustSelect(t, c, Criteria{})
			setLayer(selector, caps.Layer{Quality: caps.QualityLow})
			track := mustNext(t, selector)
			log.await(t, 1)
			forget(c, alice, sid, track)
			mustEnd(t, track)
			mustNext(t, selector)
			if got := log.await(t, 2); got.Quality != "LOW" {
				t.Errorf("told %+v", got)
			}
		})
	}
}

func TestLayerChosenDuringAReconnectIsTold(t *testing.T) {
	t.Parallel()
	s, log := startLoggingServer(t)
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
	if got := log.await(t, 1); got.Quality != "LOW" {
		t.Errorf("told %+v", got)
	}
	mustRead(t, track)
}

// A selector is there before the connection, and takes everything that is said to it then.
func TestSelectorIsToldBeforeThereIsAConnection(t *testing.T) {
	t.Parallel()
	s, log := startLoggingServer(t)
	roomtest.NewPublisher(t, s, "alice").Publish(camera, "")
	selector := NewSelector(Criteria{Participant: "bob"})
	defer selector.Close()
	expected := make(chan string, 1)
	selector.OnExpected(func(mimeType string) { expected <- mimeType })
	setLayer(selector, caps.Layer{Quality: caps.QualityLow})
	selector.SetCriteria(Criteria{Participant: "alice"})
	mustJoin(t, config(t, s)).Serve(selector)
	mustNext(t, selector)
	if got := log.await(t, 1); got.Quality != "LOW" {
		t.Errorf("told %+v", got)
	}
	if got := <-expected; !strings.EqualFold(got, "video/VP8") {
		t.Errorf("%q was to be expected", got)
	}
	NewSelector(Criteria{}).Close() // one that never has a connection
}
