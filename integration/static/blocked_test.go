package static

import (
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// blockedStates are how far an element has come when its pad is blocked and it is to stop.
var blockedStates = map[string]func(t *testing.T, p *play.Pipeline){
	"NothingCame": func(_ *testing.T, p *play.Pipeline) {
		p.Block("src", "src")
		p.Play()
	},
	// The server is asked for nothing then.
	"BeforeTheFirstPicture": func(t *testing.T, p *play.Pipeline) {
		rig.Publish(t, testpublisher.Config{})
		p.Block("src", "src")
		p.Play()
		p.Await("track", isSubscribed)
	},
	"Streaming": func(t *testing.T, p *play.Pipeline) {
		rig.Publish(t, testpublisher.Config{})
		p.Play()
		p.Frames(3)
		p.BlockInFlight("src", "src")
	},
	"AnotherCodecCame": func(t *testing.T, p *play.Pipeline) {
		switcher := rig.NewSwitcher(t, identity)
		switcher.Publish(testpublisher.VP8)
		p.Play()
		p.Frames(3)
		p.BlockInFlight("src", "src")
		p.Forget()
		switcher.Unpublish()
		switcher.Publish(testpublisher.H264)
		p.Await("other track", isSubscribed)
	},
	"EndBeforeData": func(t *testing.T, p *play.Pipeline) {
		block := p.Block("src", "src")
		p.Play()
		end(t, p)
		block.Await()
	},
	"End": func(t *testing.T, p *play.Pipeline) {
		rig.Publish(t, testpublisher.Config{})
		p.Play()
		p.Frames(3)
		p.BlockInFlight("src", "src")
		end(t, p)
	},
	"AfterTheEnd": func(t *testing.T, p *play.Pipeline) {
		rig.Publish(t, testpublisher.Config{})
		p.Play()
		p.Frames(3)
		end(t, p)
		p.AwaitEnd()
		p.Block("src", "src")
	},
}

// stops are the ways in which an application stops an element whose pad it has blocked.
var stops = map[string]func(t *testing.T, p *play.Pipeline){
	"NullInPlace":  func(t *testing.T, p *play.Pipeline) { setState(t, p, gst.StateNull) },
	"ReadyInPlace": func(t *testing.T, p *play.Pipeline) { setState(t, p, gst.StateReady) },
	"UnlinkAndRemove": func(t *testing.T, p *play.Pipeline) {
		src := p.Element("src")
		src.Unlink(p.Element("sink"))
		setState(t, p, gst.StateNull)
		if err := p.Remove(src); err != nil {
			t.Error(err)
		}
	},
	"WholePipeline": func(t *testing.T, p *play.Pipeline) {
		if err := p.SetState(gst.StateNull); err != nil {
			t.Error(err)
		}
	},
}

func isSubscribed(m play.Message) bool {
	return m.Name == "livekit-track" && strings.Contains(m.Detail, "state=(string)subscribed")
}

func end(t *testing.T, p *play.Pipeline) {
	t.Helper()
	if !p.Element("src").SendEvent(gst.NewEOSEvent()) {
		t.Error("the element does not take EOS")
	}
}

func setState(t *testing.T, p *play.Pipeline, state gst.State) {
	t.Helper()
	if err := p.Element("src").SetState(state); err != nil {
		t.Error(err)
	}
}

func TestStopsWhileItsPadIsBlocked(t *testing.T) {
	for name, state := range blockedStates {
		for way, stop := range stops {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				p := play.Parse(t, "livekitsrc name=src room="+rig.Room(t)+play.Sink)
				state(t, p)
				patient := rig.Patient(t)
				stopped := make(chan struct{})
				go func() {
					defer close(stopped)
					stop(t, p)
				}()
				select {
				case <-stopped:
				case <-patient.Done():
					panic("the element has not stopped")
				}
			})
		}
	}
}

func TestGoesOnWhenItsPadIsNoLongerBlocked(t *testing.T) {
	t.Run("AnotherCodecCame", func(t *testing.T) {
		t.Parallel()
		switcher := rig.NewSwitcher(t, identity)
		switcher.Publish(testpublisher.VP8)
		p := start(t, "")
		frames := p.Frames(3)
		block := p.BlockInFlight("src", "src")
		p.Forget()
		switcher.Unpublish()
		switcher.Publish(testpublisher.H264)
		p.Await("other track", isSubscribed)
		block.Lift()
		for _, f := range append(frames, p.Frames(30)...)[1:] {
			if f.PTS <= frames[0].PTS {
				t.Errorf("PTS %v after %v", f.PTS, frames[0].PTS)
			}
		}
	})
	t.Run("End", func(t *testing.T) {
		t.Parallel()
		rig.Publish(t, testpublisher.Config{})
		p := start(t, "")
		p.Frames(3)
		block := p.BlockInFlight("src", "src")
		end(t, p)
		block.Lift()
		p.AwaitEnd()
	})
}

// TestABlockIsReachedHoweverSlowThePublisherIs blocks the pad as applications do that change a pipeline: they wait for what
// comes next to be held up, and do their work then.
func TestABlockIsReachedHoweverSlowThePublisherIs(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{FrameRate: 2})
	p := start(t, "")
	p.Frames(2)
	for range 5 {
		block := p.Block("src", "src")
		block.Await()
		block.Lift()
		p.Frames(1)
	}
}
