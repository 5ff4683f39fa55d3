package static

import (
	"sync"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// awaitWidth reads frames until one has this width.
func awaitWidth(p *play.Pipeline, width int) (frames []rig.Frame) {
	for {
		f := p.Frame()
		frames = append(frames, f)
		if f.Info.Width == width {
			return frames
		}
	}
}

func TestSwitchingWhilePlaying(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Identity: "a"})
	b := rig.Publish(t, testpublisher.Config{Identity: "b", Width: 160, Height: 90})
	rig.Publish(t, testpublisher.Config{Identity: "c", Width: 240, Height: 136, Codec: testpublisher.H264})
	p := start(t, "participant=a on-track-lost=eos")
	src := p.Element("src")
	frames := awaitWidth(p, rig.Width)
	for _, to := range []struct {
		name  string
		apply func() error
		width int
	}{
		{"participant property", func() error { return src.SetProperty("participant", "b") }, 160},
		{"select by participant", func() error { return emit(src, "a", "") }, rig.Width},
		{"another codec", func() error { return emit(src, "c", "") }, 240},
		{"select by track", func() error { return emit(src, "", b.TrackSID()) }, 160},
		{"track-sid property", func() error { return src.SetProperty("track-sid", "") }, 160}, // it still fits
	} {
		if err := to.apply(); err != nil {
			t.Fatalf("%s: %v", to.name, err)
		}
		frames = append(frames, awaitWidth(p, to.width)...)
		frames = append(frames, p.Frames(5)...)
	}
	for i, f := range frames[1:] {
		if f.PTS <= frames[i].PTS {
			t.Errorf("PTS %v after %v", f.PTS, frames[i].PTS)
		}
		if _, err := f.Time(); err != nil {
			t.Errorf("frame %d of %dx%d: %v", i+1, f.Info.Width, f.Info.Height, err)
		}
	}
	if ends := p.Said(gst.MessageEOS); len(ends) > 0 {
		t.Error("the stream ended")
	}
}

// TestSwitchingWhileTheRunBegins is for handlers of what the element says first.
func TestSwitchingWhileTheRunBegins(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Identity: "a"})
	rig.Publish(t, testpublisher.Config{Identity: "b", Width: 160, Height: 90})
	p := play.Parse(t, "livekitsrc name=src participant=a room="+rig.Room(t)+play.Sink)
	src := p.Element("src")
	if _, err := src.Connect("notify::connection-state", sync.OnceFunc(func() {
		if err := emit(src, "b", ""); err != nil {
			t.Error(err)
		}
	})); err != nil {
		t.Fatal(err)
	}
	p.Play()
	if first := p.Frame(); first.Info.Width != 160 {
		t.Errorf("the picture has a width of %d", first.Info.Width)
	}
}

func emit(src *gst.Element, participant, sid string) error {
	_, err := src.Emit("select", participant, sid)
	return err
}
