package state

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const identity = "publisher" // of who publishes unless a test says another

// participantSID is the id of who publishes to the test's element.
func participantSID(t *testing.T, p *play.Pipeline) string {
	t.Helper()
	return play.StructureOf(t, p.Element("src"), "participant-info").Text("sid")
}

func TestRunIsToldInOrder(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	sid := publisher.TrackSID()
	p := parse(t, "")
	told := listen(t, p.Element("src"))
	if state := play.NickOf(p.Element("src"), "connection-state"); state != "new" {
		t.Errorf("a new element is %s", state)
	}
	var want []string
	for range 2 {
		p.Play()
		p.Frames(5)
		participant := participantSID(t, p)
		p.Stop()
		want = append(want,
			"connection-state connecting", "connection-state connected",
			"participant-info "+participant, "track-info "+sid, "track-subscribed "+identity+" "+sid,
			"participant-info ", "track-info ", "track-lost "+identity+" "+sid,
			"connection-state closed")
		told.check(want...)
		if state := play.NickOf(p.Element("src"), "connection-state"); state != "closed" {
			t.Errorf("a stopped element is %s", state)
		}
	}
}

func TestRepublishedTrackIsToldInOrder(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	first := publisher.TrackSID()
	p := parse(t, "")
	told := listen(t, p.Element("src"))
	p.Play()
	p.Frames(5)
	participant := participantSID(t, p)
	if err := publisher.Unpublish(); err != nil {
		t.Fatal(err)
	}
	told.awaitEvent("track-lost " + identity + " " + first)
	for _, property := range []string{"participant-info", "track-info"} {
		if info := play.StructureOf(t, p.Element("src"), property); len(info.Names) > 0 {
			t.Errorf("without a track %s is %+v", property, info)
		}
	}
	if err := publisher.Republish(); err != nil {
		t.Fatal(err)
	}
	second := publisher.TrackSID()
	told.awaitEvent("track-subscribed " + identity + " " + second)
	told.check(
		"connection-state connecting", "connection-state connected",
		"participant-info "+participant, "track-info "+first, "track-subscribed "+identity+" "+first,
		"participant-info ", "track-info ", "track-lost "+identity+" "+first,
		"participant-info "+participant, "track-info "+second, "track-subscribed "+identity+" "+second)
}

func TestReconnectIsTold(t *testing.T) {
	t.Parallel()
	server := rig.StartServer(t, devserver.Options{})
	p := parse(t, "url="+server.URL()+" api-secret="+server.APISecret)
	told := listen(t, p.Element("src"))
	p.Play()
	told.awaitEvent("connection-state connected")
	server.Kill()
	told.awaitEvent("connection-state reconnecting")
	m := p.Await("progress", func(m play.Message) bool {
		return m.Type == gst.MessageProgress && strings.HasPrefix(m.Structure.Text("text"), "Reconnecting to "+server.URL())
	})
	if code := m.Structure.Text("code"); code != "connect" {
		t.Errorf("the code is %s", code)
	}
	if err := server.Restart(rig.Patient(t)); err != nil {
		t.Fatal(err)
	}
	told.await("second connection", func(all []string) bool { return len(all) >= 4 })
	awaitMessage(t, p, "livekit-connection", "state", "connected")
	p.Stop()
	told.check("connection-state connecting", "connection-state connected", "connection-state reconnecting",
		"connection-state connected", "connection-state closed")
}

func TestFailedConnectionIsClosed(t *testing.T) {
	p := parse(t, "api-secret=wrong-wrong-wrong-wrong-wrong-wrong")
	told := listen(t, p.Element("src"))
	p.Play()
	told.awaitEvent("connection-state closed")
	p.AwaitType(gst.MessageError)
	p.Stop()
	told.check("connection-state connecting", "connection-state closed")
}

// TestEverythingIsReadAtAnyTime reads, asks and sets from other threads while runs begin and end.
func TestEverythingIsReadAtAnyTime(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := parse(t, "")
	source := p.Element("src")
	done := make(chan struct{})
	var others sync.WaitGroup
	busy := func(what func()) {
		others.Go(func() {
			for pause := time.NewTicker(time.Millisecond); ; <-pause.C {
				select {
				case <-done:
					pause.Stop()
					return
				default:
					what()
				}
			}
		})
	}
	busy(func() { play.Properties(source) })
	for _, property := range []string{"stats", "participant-info", "track-info"} {
		busy(func() { play.StructureOf(t, source, property) })
	}
	busy(func() {
		if _, err := source.Emit("request-key-frame"); err != nil {
			t.Error(err)
		}
	})
	busy(func() {
		if err := source.SetProperty("latency", 50); err != nil {
			t.Error(err)
		}
	})
	for i := range 6 {
		p.Play()
		if i%2 == 0 {
			p.Frames(3)
		}
		p.Stop()
	}
	close(done)
	others.Wait()
}

func TestRequestKeyFrameReachesThePublisher(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	p := start(t, "")
	// Those that the start asked for come first. After one the server passes no request on for a second.
	before := publisher.KeyFrames()
	for quiet := 0; quiet < 40; quiet++ {
		p.Frame()
		if n := publisher.KeyFrames(); n != before {
			before, quiet = n, 0
		}
	}
	asked := play.StructureOf(t, p.Element("src"), "stats").Text("key-frame-requests")
	if _, err := p.Element("src").Emit("request-key-frame"); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(rig.Patience); publisher.KeyFrames() == before; {
		p.Frame()
		if time.Now().After(deadline) {
			t.Fatalf("no key frame within %v", rig.Patience)
		}
	}
	if now := play.StructureOf(t, p.Element("src"), "stats").Text("key-frame-requests"); now == asked {
		t.Errorf("%s requests are counted before and after", now)
	}
}
