package contract

import (
	"testing"
	"time"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func answersLatency(t *testing.T) {
	p := start(t)
	const first = 60 * time.Millisecond
	expectLatency(t, p, first, first) // of a track that is not there yet
	rig.Publish(t, testpublisher.Config{})
	p.Frames(5)
	expectLatency(t, p, first, time.Second) // a loaded machine is a network that needs more

	p.Forget()
	if err := p.Element("src").SetProperty("latency", 250); err != nil {
		t.Fatal(err)
	}
	p.AwaitType(gst.MessageLatency)
	expectLatency(t, p, 250*time.Millisecond, 250*time.Millisecond)
	rig.CheckFlow(t, p.Frames(20))
}

func expectLatency(t *testing.T, p *play.Pipeline, least, most time.Duration) {
	t.Helper()
	query := gst.NewLatencyQuery()
	if !p.Element("src").GetStaticPad("src").Query(query) {
		t.Fatal("the latency query is not answered")
	}
	live, shortest, _ := query.ParseLatency()
	if latency := time.Duration(shortest); !live || latency < least || latency > most {
		t.Errorf("latency is live %v, at least %v, want true and %v to %v", live, latency, least, most)
	}
}

func asksForAKeyFrame(t *testing.T) {
	for _, codec := range codecs {
		t.Run(string(codec), func(t *testing.T) {
			publisher := rig.Publish(t, testpublisher.Config{Codec: codec})
			p := start(t)
			// The key frame that the start asked for. For a second after it the server drops requests, and does not say so.
			p.Frame()
			before := publisher.KeyFrames()
			event := gst.NewCustomEvent(gst.EventTypeCustomUpstream, gst.NewStructure("GstForceKeyUnit"))
			if !p.Element("sink").SendEvent(event) {
				t.Fatal("the event is not handled")
			}
			for deadline := time.Now().Add(rig.Patience); publisher.KeyFrames() == before; {
				p.Frame()
				if time.Now().After(deadline) {
					t.Fatalf("no key frame within %v", rig.Patience)
				}
			}
		})
	}
}

func goesOnAfterAPause(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := start(t)
	frames := p.Frames(10)
	for range 3 {
		p.Pause()
		if result, state := p.GetState(gst.StateNull, gst.ClockTimeNone); result != gst.StateChangeNoPreroll {
			t.Errorf("the change to %v is %v, want that of a live source", state, result)
		}
		p.Play()
		frames = append(frames, p.Frames(10)...)
	}
	rig.CheckFlow(t, frames)
}

func playsAgainAfterNull(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := start(t)
	for range 3 {
		rig.CheckFlow(t, p.Frames(10))
		p.Stop()
		p.Play()
	}
	rig.CheckFlow(t, p.Frames(10))
}

// leavesAndEntersARunningPipeline exchanges only the source, as applications do.
func leavesAndEntersARunningPipeline(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := start(t)
	source, sink := p.Element("src"), p.Element("sink")
	frames := p.Frames(10)
	for range 2 {
		if err := source.SetState(gst.StateNull); err != nil {
			t.Fatal(err)
		}
		if err := p.Remove(source); err != nil {
			t.Fatal(err)
		}
		if err := p.Add(source); err != nil {
			t.Fatal(err)
		}
		if err := source.Link(sink); err != nil {
			t.Fatal(err)
		}
		if !source.SyncStateWithParent() {
			t.Fatal("the element does not play again")
		}
		frames = append(frames, p.Frames(10)...)
	}
	rig.CheckFlow(t, frames)
}

func endsAtAnyMoment(t *testing.T) {
	t.Run("WhileConnecting", func(t *testing.T) {
		end(t, play.Start(t, "livekitsrc room=r url="+rig.SilentURL(t)+play.Sink))
	})
	t.Run("BeforeATrackExists", func(t *testing.T) {
		p := play.Start(t, "livekitsrc identity=viewer room="+rig.Room(t)+play.Sink)
		rig.AwaitParticipant(t, "viewer")
		end(t, p)
	})
	t.Run("BeforeTheFirstFrame", func(t *testing.T) {
		if err := rig.Publish(t, testpublisher.Config{}).SetMuted(true); err != nil {
			t.Fatal(err)
		}
		p := play.Start(t, "livekitsrc identity=viewer room="+rig.Room(t)+play.Sink)
		rig.AwaitParticipant(t, "viewer")
		end(t, p)
	})
	t.Run("AfterTheFirstFrame", func(t *testing.T) {
		rig.Publish(t, testpublisher.Config{})
		p := start(t)
		p.Frame()
		end(t, p)
	})
}

// end asks for EOS, as gst-launch-1.0 -e does, and waits for it.
func end(t *testing.T, p *play.Pipeline) {
	t.Helper()
	if !p.SendEvent(gst.NewEOSEvent()) {
		t.Error("EOS is not handled")
	}
	p.AwaitEnd()
}
