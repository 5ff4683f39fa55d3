package chain

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// allBut are the decoders of a codec that come before one of them.
func allBut(t *testing.T, codec caps.Codec, decoder string) *BadDecoders {
	t.Helper()
	bad := new(BadDecoders)
	for {
		c, err := New(Config{Codec: codec, Bad: bad})
		if err != nil {
			t.Fatalf("%s is not installed: %v", decoder, err)
		}
		name := c.Decoder()
		c.Close()
		if name == decoder {
			return bad
		}
		bad.add(name)
	}
}

// newThreadsFeeder plays small pictures through a certain decoder. If value is not empty, an application sets the decoder's
// property as soon as it sees it.
func newThreadsFeeder(t *testing.T, codec caps.Codec, decoder, property, value string) *feeder {
	t.Helper()
	f := newFeeder(t, Config{Codec: codec, Bad: allBut(t, codec, decoder)}, "identity"+testpipeline.Sink)
	if value != "" {
		f.chain.Close()
		f.pipeline.SetWhenAdded("decoder", property, value)
		f.open()
	}
	f.next()
	return f
}

// enlarge goes on with pictures that are somewhat larger than 720p.
func (f *feeder) enlarge() {
	f.t.Helper()
	f.units = encode(f.t, encodedKey{codec: f.config.Codec, source: "pattern=ball", width: 1440, height: 960})
	for f.pushed%keyDistance != 0 {
		f.pushed++
	}
	f.chain.SetSize(1440, 960) // as whoever reads the frames does
	f.nextWith("width=(int)1440")
}

func TestDecoderHasAThreadForEach720pOfItsPictures(t *testing.T) {
	large := strconv.Itoa(min(2, runtime.NumCPU()))
	for _, test := range []struct {
		codec                       caps.Codec
		decoder, property, enlarged string
	}{
		{caps.VP8, "vp8dec", "threads", "1"}, // its caps say no size
		{caps.VP8, "avdec_vp8", "max-threads", "1"},
		{caps.VP9, "vp9dec", "threads", large},
		{caps.VP9, "avdec_vp9", "max-threads", large},
		{caps.H264, "avdec_h264", "max-threads", large},
		{caps.H265, "avdec_h265", "max-threads", large},
		{caps.H265, "libde265dec", "max-threads", ""}, // it takes no second size
	} {
		t.Run(test.decoder, func(t *testing.T) {
			f := newThreadsFeeder(t, test.codec, test.decoder, test.property, "")
			if n := f.pipeline.Get("decoder", test.property); n != "1" {
				t.Errorf("%s=%s for a small picture", test.property, n)
			}
			if strings.HasPrefix(test.decoder, "avdec_") {
				if kind := f.pipeline.Get("decoder", "thread-type"); !strings.EqualFold(kind, "slice") {
					t.Errorf("thread-type=%s", kind)
				}
			}
			if test.enlarged == "" {
				return
			}
			f.enlarge()
			if n := f.pipeline.Get("decoder", test.property); n != test.enlarged {
				t.Errorf("%s=%s for a large picture, want %s", test.property, n, test.enlarged)
			}
		})
	}
}

func TestApplicationChoosesTheThreads(t *testing.T) {
	for _, value := range []string{"1", "7"} {
		t.Run(value, func(t *testing.T) {
			f := newThreadsFeeder(t, caps.H264, "avdec_h264", "max-threads", value)
			f.enlarge()
			if n := f.pipeline.Get("decoder", "max-threads"); n != value {
				t.Errorf("max-threads=%s, want %s", n, value)
			}
		})
	}
}
