package untouched

import (
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// everything is play.Sink, but keeps what is not read in time: the first buffer after a change matters.
const everything = " ! appsink name=sink sync=false wait-on-eos=false"

// TestPipelineChangesItsMind switches between pictures and stream, and between formats, while data flows.
func TestPipelineChangesItsMind(t *testing.T) {
	for _, codec := range allCodecs {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{Codec: codec})
			p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! capsfilter name=filter caps=video/x-raw,format=I420"+everything)
			last := p.Buffer()
			for _, want := range []string{
				"video/x-raw,format=RGBA", "video/x-" + string(codec), "video/x-raw,format=NV12", "video/x-" + string(codec), "video/x-raw,format=I420",
			} {
				p.Set("filter", "caps", want)
				media, format, raw := strings.Cut(want, ",format=")
				for {
					b := p.Buffer()
					if b.PTS <= last.PTS {
						t.Errorf("PTS %v after %v", b.PTS, last.PTS)
					}
					last = b
					if strings.HasPrefix(b.Caps, media) && (!raw || strings.Contains(b.Caps, format)) {
						break
					}
				}
				if !raw && last.Delta {
					t.Error("the stream goes on with a delta unit")
				}
				if decodes := len(p.Decoders()) > 0; decodes != raw {
					t.Errorf("%v decodes, and %s is wanted", p.Decoders(), want)
				}
			}
			for _, kind := range []gst.MessageType{gst.MessageError, gst.MessageWarning, gst.MessageEOS} {
				if said := p.Said(kind); len(said) > 0 {
					t.Errorf("the pipeline says %v", said)
				}
			}
		})
	}
}

// TestRecordingBeginsWhilePicturesAreShown links a recorder in place of a display, as applications do.
func TestRecordingBeginsWhilePicturesAreShown(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264})
	p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! videoconvert name=display"+play.Sink)
	before := p.Buffer()
	source, display, sink := p.Element("src"), p.Element("display"), p.Element("sink")
	parser, err := gst.NewElementWithName("h264parse", "recorder")
	if err != nil {
		t.Fatal(err)
	}
	exchanged := make(chan error, 1)
	source.GetStaticPad("src").AddProbe(gst.PadProbeTypeIdle, func(*gst.Pad, *gst.PadProbeInfo) gst.PadProbeReturn {
		exchanged <- func() error {
			source.Unlink(display)
			display.Unlink(sink)
			if err := p.Add(parser); err != nil {
				return err
			}
			if err := parser.Link(sink); err != nil {
				return err
			}
			if err := source.Link(parser); err != nil {
				return err
			}
			parser.SyncStateWithParent()
			return nil
		}()
		return gst.PadProbeRemove
	})
	if err := <-exchanged; err != nil {
		t.Fatal(err)
	}
	for {
		b := p.Buffer()
		if b.PTS <= before.PTS {
			t.Errorf("PTS %v after %v", b.PTS, before.PTS)
		}
		before = b
		if strings.HasPrefix(b.Caps, "video/x-h264") {
			break
		}
	}
	if before.Delta || len(p.Decoders()) > 0 {
		t.Errorf("it begins with a delta unit %v, %v decodes", before.Delta, p.Decoders())
	}
}

// TestOthersAreLinkedInPlace has an application replace what is behind the pad while data flow, and while a picture waits at
// the blocked pad. That was made for the one before.
func TestOthersAreLinkedInPlace(t *testing.T) {
	const display = "capsfilter caps=video/x-raw,format=I420 ! fakesink"
	flowing := func(p *play.Pipeline, description string) *play.PadLog { return p.Replace("src", description) }
	blocked := func(p *play.Pipeline, description string) *play.PadLog {
		block := p.BlockInFlight("src", "src")
		defer block.Lift()
		return p.Replace("src", description)
	}
	for _, test := range []struct {
		name    string
		codec   testpublisher.Codec
		replace func(p *play.Pipeline, description string) *play.PadLog
		next    string
		caps    string
	}{
		{"BlockedVP8", testpublisher.VP8, blocked, "identity ! matroskamux ! fakesink", "video/x-vp8"},
		{"BlockedVP8Queue", testpublisher.VP8, blocked, "queue ! webmmux ! fakesink", "video/x-vp8"},
		{"BlockedH264", testpublisher.H264, blocked, "identity ! matroskamux ! fakesink", "video/x-h264"},
		{"BlockedH264Parser", testpublisher.H264, blocked, "h264parse ! mp4mux ! fakesink", "video/x-h264"},
		{"BlockedFormat", testpublisher.VP8, blocked, "capsfilter caps=video/x-raw,format=RGBA ! fakesink", "RGBA"},
		{"BlockedAnyFormat", testpublisher.VP8, blocked, "videoconvert ! fakesink", "video/x-raw"},
		{"FlowingVP8", testpublisher.VP8, flowing, "identity ! matroskamux ! fakesink", "video/x-vp8"},
		{"FlowingH264", testpublisher.H264, flowing, "identity ! matroskamux ! fakesink", "video/x-h264"},
		{"FlowingFormat", testpublisher.VP8, flowing, "capsfilter caps=video/x-raw,format=RGBA ! fakesink", "RGBA"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{Codec: test.codec})
			p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! fakesink name=first")
			p.Log("first", "sink").AwaitKind("buffer")
			for range 4 {
				checkBegin(t, test.replace(p, test.next), test.caps)
				checkBegin(t, test.replace(p, display), "I420")
			}
			for _, kind := range []gst.MessageType{gst.MessageError, gst.MessageWarning, gst.MessageEOS} {
				if said := p.Said(kind); len(said) > 0 {
					t.Errorf("the pipeline says %v", said)
				}
			}
		})
	}
}

// checkBegin checks that the first buffers have caps, and which.
func checkBegin(t *testing.T, log *play.PadLog, caps string) {
	t.Helper()
	first := log.Await("caps or buffer", func(p play.Passed) bool { return p.Kind == "caps" || p.Kind == "buffer" })
	if first.Kind != "caps" || !strings.Contains(first.Text, caps) {
		t.Errorf("the first that comes is %s %s, want caps %s", first.Kind, first.Text, caps)
	}
	for range 5 {
		log.AwaitKind("buffer")
	}
}

// TestEachRecordingBeginsWithAKeyFrame links one recorder after another, with and without a display between them for a moment.
func TestEachRecordingBeginsWithAKeyFrame(t *testing.T) {
	const recorder = "identity ! matroskamux ! fakesink"
	for name, between := range map[string][]string{"AtOnce": nil, "AfterADisplay": {"videoconvert ! fakesink"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{Codec: testpublisher.VP8})
			p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! video/x-vp8 ! fakesink name=first")
			p.Log("first", "sink").AwaitKind("buffer")
			for range 4 {
				for _, display := range between {
					p.Replace("src", display)
				}
				log := p.Replace("src", recorder)
				if first := log.AwaitKind("buffer"); first.Text == "delta" {
					t.Error("a recording begins with a delta unit")
				}
				for range 5 {
					log.AwaitKind("buffer")
				}
			}
		})
	}
}

// TestRecorderThatIsAddedToATeeGetsAKeyFrame adds one to a stream whose publisher makes none by itself.
func TestRecorderThatIsAddedToATeeGetsAKeyFrame(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.VP8})
	p := play.Start(t, "livekitsrc room="+rig.Room(t)+" ! video/x-vp8 ! tee name=tee ! queue ! fakesink name=first")
	p.Log("first", "sink").AwaitKind("buffer")
	for range 3 {
		p.Branch("tee", "queue ! matroskamux ! fakesink").Await("key frame", func(p play.Passed) bool {
			return p.Kind == "buffer" && p.Text != "delta"
		})
	}
}
