package chain

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// A muxer writes the first size into its header, and the server begins with whichever layer comes first.
func TestUntouchedStreamBeginsWithTheSizeThatWasAskedFor(t *testing.T) {
	f := newFeeder(t, Config{
		Codec: caps.VP8, Patience: time.Hour,
		Begins: func(width, _ int) bool { return width == 640 },
	}, takes("video/x-vp8"))
	for range keyDistance {
		f.push()
	}
	f.chain.SetSize(640, 480)
	for range keyDistance {
		f.push()
	}
	f.chain.SetSize(320, 240)
	for range keyDistance {
		f.push()
	}
	all := f.end()
	if len(all) != 2*keyDistance {
		t.Fatalf("%d buffers, want %d", len(all), 2*keyDistance)
	}
	for i, want := range []string{"width=(int)640", "width=(int)320"} {
		if b := all[i*keyDistance]; b.Delta || !strings.Contains(b.Caps, want) {
			t.Errorf("part %d begins with a delta unit: %v, and has %s, want %s", i, b.Delta, b.Caps, want)
		}
	}
}

func TestUntouchedStreamBeginsWithAnotherSizeWhenPatienceIsOver(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8, Begins: func(int, int) bool { return false }}, takes("video/x-vp8"))
	for range 2 * keyDistance {
		f.push()
	}
	if all := f.end(); len(all) == 0 || all[0].Delta {
		t.Errorf("%d buffers, want some, from a key frame on", len(all))
	}
}

// x264enc tells a frame rate in its stream, vp8enc has nowhere to.
func TestEveryStreamHasTheSameFrameRate(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		for _, downstream := range []string{codec.MediaType(), "video/x-raw"} {
			t.Run(codec.String()+" as "+downstream, func(t *testing.T) {
				f := newFeeder(t, Config{Codec: codec}, takes(downstream))
				if b := f.next(); !strings.Contains(b.Caps, "framerate=(fraction)0/1") {
					t.Error(b.Caps)
				}
			})
		}
	}
}

func TestASizeThatIsPartlyOpenKeepsThePicturesShape(t *testing.T) {
	testPartlyOpenSizes(t)
}

// GStreamer 1.20 has no element that converts and scales.
func TestASizeThatIsPartlyOpenKeepsThePicturesShapeBeforeGStreamer122(t *testing.T) {
	testpipeline.Without(t, "videoconvertscale")
	testPartlyOpenSizes(t)
}

func testPartlyOpenSizes(t *testing.T) {
	t.Helper()
	for _, row := range []struct{ caps, want string }{
		{"video/x-raw,width=160", "height=(int)120"},
		{"video/x-raw,height=60", "width=(int)80"},
		{"video/x-raw,width=[1,160]", "width=(int)160, height=(int)120"},
		{"video/x-raw,height=[1,60]", "width=(int)80, height=(int)60"},
		{"video/x-raw,width=[100,160]", "width=(int)160, height=(int)120"},
		{"video/x-raw,width={80,160}", "width=(int)160, height=(int)120"},
		{"video/x-raw,width=[1,200],height=[1,120]", "width=(int)160, height=(int)120"},
	} {
		f := newFeeder(t, Config{Codec: caps.VP8}, takes(row.caps))
		_, b := f.nextWith(row.want)
		if !strings.Contains(b.Caps, "pixel-aspect-ratio=(fraction)1/1") {
			t.Errorf("%s gives %s", row.caps, b.Caps)
		}
	}
}

func TestWhatDownstreamCannotGoOnWithIsSaidInASentence(t *testing.T) {
	for _, row := range []struct{ name, downstream, want string }{
		{"a fixed frame rate", takes("video/x-raw,framerate=30/1"), "put videorate in front of it"},
		{
			"a recorder and a window", "tee name=t ! queue ! matroskamux ! fakesink async=false  t. ! queue ! videoconvert ! fakesink async=false",
			"put decodebin behind the tee",
		},
		{
			"nothing in common", "tee name=t ! queue ! capsfilter caps=video/x-vp8 ! fakesink async=false  t. ! queue ! videoconvert ! fakesink async=false",
			"put decodebin behind the tee",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := testpipeline.Start(t, row.downstream)
			_, err := New(Config{Codec: caps.VP8, Pad: &Pad{Bin: p.Bin(), Ghost: p.Ghost()}})
			if unwanted := new(NotWantedError); !errors.As(err, &unwanted) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("New: %v, want %q", err, row.want)
			}
		})
	}
}

func TestATeeBehindAnEncoderHasNothingToDoWithTheStream(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		p := testpipeline.Start(t, "videoconvert ! x264enc ! h264parse ! tee name=t ! queue ! matroskamux ! fakesink async=false "+
			"t. ! queue ! mp4mux ! fakesink async=false")
		c, err := New(Config{Codec: codec, Pad: &Pad{Bin: p.Bin(), Ghost: p.Ghost()}})
		if err != nil {
			t.Errorf("%v: %v", codec, err)
			continue
		}
		if c.Decoder() == "" {
			t.Errorf("%v is not decoded", codec)
		}
		c.Close()
	}
}
