package chain

import (
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testdecoder"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// checkSwitch wants the stream to have gone on with next, at its later time.
func (f *feeder) checkSwitch(before []testpipeline.Buffer, next testpipeline.Buffer) {
	f.t.Helper()
	checkRising(f.t, append(before, next))
	if strings.HasPrefix(next.Caps, "video/x-raw") == (f.chain.Decoder() == "") {
		f.t.Errorf("%q decodes, and %s comes out", f.chain.Decoder(), next.Caps)
	}
	if !strings.HasPrefix(next.Caps, "video/x-raw") && (next.Delta || !next.Discont) {
		f.t.Errorf("the stream begins with a buffer that is a delta unit %v, discontinuous %v", next.Delta, next.Discont)
	}
	f.quiet()
}

func TestDownstreamChangesItsMindWhileDataFlows(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		t.Run(codec.String(), func(t *testing.T) {
			f := newFeeder(t, Config{Codec: codec}, takes("video/x-raw"))
			shown := []testpipeline.Buffer{f.next()}
			for range 2 {
				for _, want := range []string{codec.MediaType(), "video/x-raw"} {
					f.pipeline.Set("filter", "caps", want)
					before, next := f.nextWith(want)
					shown = append(shown, before...)
					f.checkSwitch(shown, next)
					shown = append(shown, next, f.next(), f.next())
				}
			}
			checkRising(t, append(shown, f.end()...))
		})
	}
}

// TestDownstreamIsExchangedWhileDataFlows also exchanges it while a picture, or a piece of the stream, is on its way
// that the new one does not take.
func TestDownstreamIsExchangedWhileDataFlows(t *testing.T) {
	for name, exchange := range map[string]func(*testpipeline.Pipeline, string){
		"idle":     (*testpipeline.Pipeline).Replace,
		"inFlight": nil,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFeeder(t, Config{Codec: caps.H264}, takes("video/x-raw"))
			shown := []testpipeline.Buffer{f.next()}
			for range 3 {
				for _, want := range []string{"video/x-h264", "video/x-raw"} {
					if exchange != nil {
						exchange(f.pipeline, takes(want))
					} else {
						f.replaceInFlight(takes(want))
					}
					before, next := f.nextWith(want)
					shown = append(shown, before...)
					f.checkSwitch(shown, next)
					shown = append(shown, next, f.next(), f.next())
				}
			}
			checkRising(t, append(shown, f.end()...))
		})
	}
}

// replaceInFlight goes on pushing until something is on its way.
func (f *feeder) replaceInFlight(downstream string) {
	f.t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.pipeline.ReplaceInFlight(downstream)
	}()
	for {
		select {
		case <-done:
			return
		default:
			f.push()
		}
	}
}

func TestFormatChangesWhileDataFlows(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		t.Run(codec.String(), func(t *testing.T) {
			f := newFeeder(t, Config{Codec: codec}, takes("video/x-raw,format=I420"))
			shown := []testpipeline.Buffer{f.next()}
			chain := f.chain
			for _, format := range []string{"RGBA", "NV12", "I420", "BGRA"} {
				f.pipeline.Set("filter", "caps", "video/x-raw,format="+format)
				before, next := f.nextWith("format=(string)" + format)
				shown = append(append(shown, before...), next)
			}
			if f.chain != chain {
				t.Error("a change of the format alone made another chain")
			}
			checkRising(t, append(shown, f.end()...))
		})
	}
}

// TestFormOfTheStreamChangesWhileDataFlows changes what the parser has to give, which it decides once.
func TestFormOfTheStreamChangesWhileDataFlows(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.H264}, takes("video/x-h264,stream-format=byte-stream"))
	shown := []testpipeline.Buffer{f.next()}
	for _, form := range []string{"avc", "byte-stream"} {
		f.pipeline.Set("filter", "caps", "video/x-h264,stream-format="+form)
		before, next := f.nextWith("stream-format=(string)" + form)
		shown = append(shown, before...)
		f.checkSwitch(shown, next)
		shown = append(shown, next)
	}
	checkRising(t, append(shown, f.end()...))
}

func TestDownstreamThatChangesItsMindTwiceKeepsTheChain(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-raw"))
	f.next()
	chain := f.chain
	f.pipeline.Set("filter", "caps", "video/x-vp8")
	if !f.chain.Outdated() {
		t.Error("the chain is not outdated")
	}
	f.pipeline.Set("filter", "caps", "video/x-raw")
	if f.chain.Outdated() {
		t.Error("the chain is still outdated")
	}
	f.next()
	if f.chain != chain {
		t.Error("there is another chain")
	}
	f.end()
}

func TestChosenFormatIsNotRenegotiated(t *testing.T) {
	format := caps.I420
	f := newFeeder(t, Config{Codec: caps.VP8, Format: &format}, takes("video/x-raw"))
	f.next()
	f.pipeline.Set("filter", "caps", "video/x-vp8;video/x-raw")
	if f.chain.Outdated() {
		t.Error("the chain is outdated")
	}
}

func TestDecodersOwnMemoryPassesThrough(t *testing.T) {
	testdecoder.Prefer(t, testdecoder.Memory)
	for name, test := range map[string]struct{ takes, want string }{
		"OnlyMemory":      {"video/x-raw(memory:Test)", "video/x-raw(memory:Test)"},
		"MemoryFirst":     {"video/x-raw(memory:Test);video/x-raw", "video/x-raw(memory:Test)"},
		"SystemMemory":    {"video/x-raw", "video/x-raw,"},
		"ConvertedFormat": {"video/x-raw,format=RGBA", "format=(string)RGBA"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFeeder(t, Config{Codec: caps.VP8}, takes(test.takes))
			if b := f.next(); !strings.Contains(b.Caps, test.want) {
				t.Errorf("caps %s, want %s", b.Caps, test.want)
			}
			f.end()
		})
	}
	t.Run("WhileDataFlows", func(t *testing.T) {
		f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-raw"))
		f.next()
		for _, want := range []string{"video/x-raw(memory:Test)", "video/x-raw,format=RGBA"} {
			f.pipeline.Set("filter", "caps", want)
			f.nextWith(want[:len("video/x-raw")+1])
		}
		f.end()
	})
}

// TestChainThatStopsWhileDataFlowsSaysNothing stops it as when the track's codec changes: without it the pipeline goes on.
func TestChainThatStopsWhileDataFlowsSaysNothing(t *testing.T) {
	for _, downstream := range []string{"video/x-raw", "video/x-vp8"} {
		f := newFeeder(t, Config{Codec: caps.VP8}, takes(downstream))
		for range 20 {
			f.pushAll()
			f.pipeline.Pull()
			f.chain.Close()
			f.open()
		}
		f.pushAll()
		f.end()
	}
}
