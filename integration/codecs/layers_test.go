package codecs

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// layered are streams of 1280x720 with layers of a half and a quarter of that size in each picture, named as in the W3C's
// "Scalable Video Coding (SVC) Extension for WebRTC": in those with _KEY a layer needs the one below in key frames only.
var layered = []struct{ codec, mode, decoder string }{
	{"VP9", "L3T3_KEY", "vp9dec"},
	{"VP9", "L3T3_KEY", "avdec_vp9"},
	{"VP9", "L3T3", "vp9dec"},
	{"VP9", "L3T3", "avdec_vp9"},
	{"AV1", "L3T3_KEY", "av1dec"},
	{"AV1", "L3T3", "av1dec"},
}

func publish(t *testing.T, codec, mode string) {
	t.Helper()
	rig.PublishNode(t, rtcnode.Settings{Codec: codec, ScalabilityMode: mode, Width: 1280, Height: 720})
}

// awaitSize reads frames until one has this size.
func awaitSize(t *testing.T, p *play.Pipeline, size string) rig.Frame {
	t.Helper()
	patient := rig.Patient(t)
	for patient.Err() == nil {
		if f := p.Frame(); sizeOf(f) == size {
			return f
		}
	}
	t.Fatalf("no frame of %s comes", size)
	return rig.Frame{}
}

func sizeOf(f rig.Frame) string { return fmt.Sprintf("%dx%d", f.Info.Width, f.Info.Height) }

// checkSteady wants the next frames to be of one of the sizes, with the known picture in them.
func checkSteady(t *testing.T, p *play.Pipeline, sizes ...string) {
	t.Helper()
	for range 20 {
		if f := p.Frame(); !slices.Contains(sizes, sizeOf(f)) {
			t.Errorf("a frame of %s among those of %s", sizeOf(f), sizes)
		}
	}
	rig.CheckColours(t, p.Frame())
}

func checkNothingSaid(t *testing.T, p *play.Pipeline) {
	t.Helper()
	if said := slices.Concat(p.Said(gst.MessageError), p.Said(gst.MessageWarning), p.Said(gst.MessageEOS)); len(said) > 0 {
		t.Error(said)
	}
}

func TestLayerIsTheOneThatIsAskedFor(t *testing.T) {
	for _, s := range layered {
		t.Run(s.codec+" "+s.mode+" "+s.decoder, func(t *testing.T) {
			play.PreferDecoder(t, s.decoder)
			publish(t, s.codec, s.mode)
			p := play.Start(t, "livekitsrc name=src format=rgba room="+rig.Room(t)+play.Sink)
			for _, row := range []struct{ quality, size string }{
				{"auto", "1280x720"},
				{"low", "320x180"},
				{"high", "1280x720"},
				{"medium", "640x360"},
				{"low", "320x180"},
				{"medium", "640x360"},
				{"high", "1280x720"},
			} {
				p.Element("src").SetArg("quality", row.quality)
				awaitSize(t, p, row.size)
				checkSteady(t, p, row.size)
			}
			if decoders := p.Decoders(); !slices.Equal(decoders, []string{s.decoder}) {
				t.Errorf("%v decodes, want %s", decoders, s.decoder)
			}
			checkNothingSaid(t, p)
		})
	}
}

func TestCapsChooseTheLayer(t *testing.T) {
	for _, s := range layered {
		if s.mode != "L3T3_KEY" || s.decoder == "avdec_vp9" {
			continue
		}
		t.Run(s.codec+" "+s.mode, func(t *testing.T) {
			publish(t, s.codec, s.mode)
			p := play.Start(t, "livekitsrc name=src room="+rig.Room(t)+" ! capsfilter name=size"+play.Sink)
			size := p.Element("size")
			for _, row := range []struct {
				caps     string
				received int // width of the smallest layer that need not be enlarged
			}{
				{"video/x-raw", 1280},
				{"video/x-raw,width=320", 320},
				{"video/x-raw,width=640,height=360", 640},
				{"video/x-raw,height=361", 1280},
				{"video/x-raw,width=[16,300]", 320},
			} {
				if err := size.SetProperty("caps", gst.NewCapsFromString(row.caps)); err != nil {
					t.Fatal(err)
				}
				p.Await(fmt.Sprintf("layer that is %d wide", row.received), func(m play.Message) bool {
					return m.Name == "livekit-layer" && m.Structure.Text("width") == strconv.Itoa(row.received)
				})
			}
			checkNothingSaid(t, p)
		})
	}
}
