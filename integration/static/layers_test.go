package static

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// publishLayers publishes 1280x720 and, as libwebrtc does it, a half and a quarter of that size.
func publishLayers(t *testing.T) {
	t.Helper()
	rig.PublishNode(t, rtcnode.Settings{Width: 1280, Height: 720, Simulcast: true})
}

// awaitLayer waits until the server sends pictures of this width.
func awaitLayer(p *play.Pipeline, width int) {
	p.Await(fmt.Sprintf("layer that is %d wide", width), func(m play.Message) bool {
		return m.Name == "livekit-layer" && m.Structure.Text("width") == strconv.Itoa(width)
	})
}

func TestCapsChooseTheLayer(t *testing.T) {
	publishLayers(t)
	p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! capsfilter name=size"+play.Sink)
	awaitLayer(p, 1280)
	size := p.Element("size")
	for _, row := range []struct {
		caps     string
		received int // width of the smallest layer that need not be enlarged
		shown    string
	}{
		{"video/x-raw,width=320", 320, "320x180"},
		{"video/x-raw,width=640,height=360", 640, "640x360"},
		{"video/x-raw,width=[16,300]", 320, ""},
		{"video/x-raw,height=361", 1280, ""},
		{"video/x-raw,width=320,height=180", 320, "320x180"},
		{"video/x-raw", 1280, "1280x720"},
	} {
		if err := size.SetProperty("caps", gst.NewCapsFromString(row.caps)); err != nil {
			t.Fatal(err)
		}
		awaitLayer(p, row.received)
		for row.shown != "" {
			if f := p.Frame(); fmt.Sprintf("%dx%d", f.Info.Width, f.Info.Height) == row.shown {
				break
			}
		}
	}
	if failures := p.Said(gst.MessageError); len(failures) > 0 {
		t.Error(failures)
	}
}

func TestQualityOverrulesTheCaps(t *testing.T) {
	publishLayers(t)
	p := play.Start(t, "livekitsrc name=src quality=medium room="+rig.Room(t)+" ! video/x-raw,width=1280"+play.Sink)
	src := p.Element("src")
	awaitLayer(p, 640)
	for _, row := range []struct {
		quality string
		width   int
	}{{"high", 1280}, {"low", 320}, {"auto", 1280}} {
		src.SetArg("quality", row.quality)
		awaitLayer(p, row.width)
		if f := p.Frame(); f.Info.Width != 1280 {
			t.Errorf("quality=%s gives %d pixels to those who asked for 1280", row.quality, f.Info.Width)
		}
	}
	src.SetArg("quality", "off")
	awaitSilence(t, p)
	src.SetArg("quality", "low")
	awaitLayer(p, 320)
	p.Frame()
}

// silence is a time in which many frames would come.
const silence = time.Second

// awaitSilence waits until the server sends no frames. It may send padding, to see how much goes through.
func awaitSilence(t *testing.T, p *play.Pipeline) {
	t.Helper()
	ticker := time.NewTicker(silence)
	defer ticker.Stop()
	patient := rig.Patient(t)
	for before := arrived(t, p); ; {
		select {
		case <-ticker.C:
		case <-patient.Done():
			t.Fatal("frames do not stop coming")
		}
		now := arrived(t, p)
		if now == before {
			return
		}
		before = now
	}
}

// arrived is how many frames have come from the server.
func arrived(t *testing.T, p *play.Pipeline) int {
	t.Helper()
	return count(t, p, "access-units")
}

// count is a field of stats.
func count(t *testing.T, p *play.Pipeline, field string) int {
	t.Helper()
	n, err := strconv.Atoi(play.StructureOf(t, p.Element("src"), "stats").Text(field))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// awaitCount waits until a field of stats, which nothing tells of, is as large as that.
func awaitCount(t *testing.T, p *play.Pipeline, field string, least int) {
	t.Helper()
	patient := rig.Patient(t)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for count(t, p, field) < least {
		select {
		case <-ticker.C:
		case <-patient.Done():
			t.Fatalf("%s is %d, want %d", field, count(t, p, field), least)
		}
	}
}

func TestPadThatNobodyReadsPausesTheSubscription(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := start(t, "")
	src, sink := p.Element("src"), p.Element("sink")
	frames := p.Frames(5)

	t.Run("Unlinked", func(*testing.T) {
		src.Unlink(sink)
		awaitSilence(t, p)
		if err := src.Link(sink); err != nil {
			t.Fatal(err)
		}
		frames = append(frames, framesAfter(p, frames)...)
	})
	t.Run("Blocked", func(*testing.T) {
		pad := src.GetStaticPad("src")
		block := pad.AddProbe(gst.PadProbeTypeBlockDownstream, func(*gst.Pad, *gst.PadProbeInfo) gst.PadProbeReturn {
			return gst.PadProbeOK
		})
		awaitSilence(t, p)
		pad.RemoveProbe(block)
		frames = append(frames, framesAfter(p, frames)...)
	})
	for i, f := range frames[1:] {
		if f.PTS <= frames[i].PTS {
			t.Errorf("PTS %v after %v", f.PTS, frames[i].PTS)
		}
	}
	if failures := p.Said(gst.MessageError); len(failures) > 0 {
		t.Error(failures)
	}
}

// framesAfter reads frames that were drawn later than silence after the last one, which is what a stream that was off
// goes on with.
func framesAfter(p *play.Pipeline, before []rig.Frame) (frames []rig.Frame) {
	last := before[len(before)-1].PTS
	for {
		f := p.Frame()
		frames = append(frames, f)
		if f.PTS > last+silence {
			return append(frames, p.Frames(5)...)
		}
	}
}

// A window prefers its present size and takes any. Whoever wants only one gets it scaled.
func TestPictureIsScaledOnlyForThoseWhoTakeNoOtherSize(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! capsfilter name=size"+play.Sink)
	size := p.Element("size")
	for _, row := range []struct {
		caps  string
		width int
	}{
		{"video/x-raw,width=160,height=90; video/x-raw", rig.Width},
		{"video/x-raw,width=160", 160},
		{"video/x-raw,width=[1,200]", 200},
		{"video/x-raw,width=640", 640},
		{"video/x-raw,width=[1,2000]", rig.Width},
	} {
		if err := size.SetProperty("caps", gst.NewCapsFromString(row.caps)); err != nil {
			t.Fatal(err)
		}
		awaitWidth(p, row.width)
		frames := p.Frames(10)
		for _, f := range frames[8:] { // what was in the sink's queue before
			if f.Info.Width != row.width {
				t.Errorf("%s gives %d pixels, want %d", row.caps, f.Info.Width, row.width)
			}
		}
	}
}

// An element may be made, and play, before anything is linked to it.
func TestElementThatIsLinkedLate(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" videotestsrc num-buffers=1 ! fakesink")
	p.Await("track", func(m play.Message) bool { return m.Name == "livekit-track" })
	awaitSilence(t, p)
	p.Replace("src", "appsink name=sink sync=false")
	rig.CheckFlow(t, p.Frames(20))
}

// An element may be linked before it is started. Data that come to it meanwhile stop what brings them, without an error.
func TestElementThatIsStartedLate(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := play.Parse(t, "livekitsrc name=src room="+rig.Room(t)+play.Sink)
	sink := p.Element("sink")
	if err := sink.SetLockedState(true); err != nil {
		t.Fatal(err)
	}
	log := p.Log("src", "src")
	p.Play()
	for range 8 { // the first three are tried with the first picture
		log.AwaitKind("stream-start")
	}
	if err := sink.SetLockedState(false); err != nil {
		t.Fatal(err)
	}
	if !sink.SyncStateWithParent() {
		t.Fatal("the sink does not start")
	}
	rig.CheckFlow(t, p.Frames(20))
}
