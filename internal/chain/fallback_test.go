package chain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testdecoder"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// failing are the ways in which a decoder fails before its first picture, and what is said of it.
var failing = []struct {
	kind testdecoder.Kind
	says string
}{
	{testdecoder.Unready, "There is no such device."},
	{testdecoder.Broken, "The device does not answer."},
	{testdecoder.Silent, "Internal data stream error."},
}

func TestDecoderThatFailsIsReplacedByTheNext(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		for _, test := range failing {
			t.Run(codec.String()+"/"+test.kind.Name(), func(t *testing.T) {
				testdecoder.Prefer(t, test.kind)
				bad, wanted := new(BadDecoders), make(chan struct{}, 100)
				f := newFeeder(t, Config{
					Codec: codec, Bad: bad,
					KeyFrameWanted: func(time.Time) { wanted <- struct{}{} },
				}, "identity"+testpipeline.Sink)
				b := f.next()
				if !strings.Contains(b.Caps, "width=(int)320") {
					t.Errorf("caps %s", b.Caps)
				}
				f.pipeline.Await("warning") // the bus is read beside the pictures
				warnings := f.pipeline.Said("warning")
				if len(warnings) != 1 {
					t.Fatalf("warnings %+v, want one", warnings)
				}
				for _, want := range []string{test.kind.Name(), f.chain.Decoder(), test.says} {
					if !strings.Contains(warnings[0].Text, want) {
						t.Errorf("it warns %q, without %q", warnings[0].Text, want)
					}
				}
				if said := f.pipeline.Said("error"); len(said) > 0 {
					t.Errorf("the pipeline says %+v", said)
				}
				if !slices.Equal(bad.Names(), []string{test.kind.Name()}) {
					t.Errorf("%v are remembered", bad.Names())
				}
				if test.kind != testdecoder.Unready {
					<-wanted
				}

				made := test.kind.Made()
				f.chain.Close()
				f.open()
				f.next()
				if again := test.kind.Made() - made; again > 0 {
					t.Errorf("it was tried %d times again", again)
				}
			})
		}
	}
}

func TestDecodersFailOneAfterTheOther(t *testing.T) {
	testdecoder.Prefer(t, testdecoder.Broken, testdecoder.Unready, testdecoder.Silent)
	bad := new(BadDecoders)
	f := newFeeder(t, Config{Codec: caps.VP8, Bad: bad}, "identity"+testpipeline.Sink)
	if f.chain.Decoder() != testdecoder.Broken.Name() {
		t.Fatalf("%s is the first choice", f.chain.Decoder())
	}
	shown := []testpipeline.Buffer{f.next(), f.next()}
	checkRising(t, shown)
	want := []string{testdecoder.Broken.Name(), testdecoder.Unready.Name(), testdecoder.Silent.Name()}
	remembered := bad.Names() // first those that say themselves that it is not the stream
	slices.Sort(remembered)
	if !slices.Equal(remembered, slices.Sorted(slices.Values(want))) {
		t.Errorf("%v are remembered, want %v", remembered, want)
	}
	for range want {
		f.pipeline.Await("warning")
	}
	if warnings := f.pipeline.Said("warning"); len(warnings) != len(want) {
		t.Errorf("warnings %+v", warnings)
	}
}

// A decoder that has given pictures is begun anew at a key frame. One that does so time and again is replaced.
func TestDecoderThatFailsLateDoesNotEndTheStream(t *testing.T) {
	testdecoder.Prefer(t, testdecoder.Late)
	f := newFeeder(t, Config{Codec: caps.VP8, Bad: new(BadDecoders)}, "identity"+testpipeline.Sink)
	for f.chain.Decoder() == testdecoder.Late.Name() {
		f.next()
	}
	f.awaitBehind(f.last)
	f.pipeline.Await("warning")
	f.pipeline.Await("warning")
	warnings := f.pipeline.Said("warning")
	if len(warnings) != 2 || !strings.Contains(warnings[0].Text, "the stream is damaged") ||
		!strings.Contains(warnings[1].Text, "going on with "+f.chain.Decoder()) {
		t.Errorf("it warns %+v", warnings)
	}
	if said := f.pipeline.Said("error"); len(said) > 0 {
		t.Errorf("the pipeline says %+v", said)
	}
}

func TestDecodersThatNeverGiveAPictureAreGivenUpAfterAWhile(t *testing.T) {
	start := time.Now()
	bad := new(BadDecoders)
	fail := func(at time.Duration) {
		for range stumbles {
			bad.stumbled("only", 0, start.Add(at))
		}
		if !slices.Equal(bad.Names(), []string{"only"}) {
			t.Fatalf("%v are left out", bad.Names())
		}
	}
	fail(0)
	if !bad.forgive(start.Add(giveUpAfter-1)) || len(bad.Names()) > 0 {
		t.Error("the decoder gets no other chance")
	}
	fail(giveUpAfter)
	if bad.forgive(start.Add(giveUpAfter)) {
		t.Error("the decoder is tried for ever")
	}
	bad.stumbled("only", 1, start)
	if !bad.forgive(start.Add(giveUpAfter)) {
		t.Error("a stream that was seen ends")
	}
}

func TestDecodersGetNoOtherChanceWhereTheirVerdictIsFinal(t *testing.T) {
	bad := &BadDecoders{Final: true}
	bad.stumbled("only", soundFrames, time.Now())
	for range stumbles {
		bad.stumbled("only", 0, time.Now())
	}
	if bad.forgive(time.Now()) {
		t.Error("the decoder gets another chance")
	}
	var undecodable *UndecodableError
	if err := bad.missing(caps.H264); !errors.As(err, &undecodable) || !slices.Equal(undecodable.Tried, []string{"only"}) {
		t.Errorf("the reason is %v", err)
	}
}

func TestNoDecoderIsLeft(t *testing.T) {
	bad := new(BadDecoders)
	missing := new(NoDecoderError)
	for { // the sound ones count as bad, too
		c, err := New(Config{Codec: caps.VP8, Bad: bad})
		if errors.As(err, &missing) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		bad.add(c.Decoder())
		c.Close()
	}
	testdecoder.Prefer(t, testdecoder.Unready)
	var warnings []string
	_, err := New(Config{Codec: caps.VP8, Bad: bad, Warn: func(message, _ string) { warnings = append(warnings, message) }})
	if !errors.As(err, &missing) || !slices.Contains(missing.Bad, testdecoder.Unready.Name()) {
		t.Errorf("New: %v, want a NoDecoderError that names what was tried", err)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "there is no other") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestProgramGetsFramesOfTheNextDecoder(t *testing.T) {
	for _, test := range failing {
		t.Run(test.kind.Name(), func(t *testing.T) {
			testdecoder.Prefer(t, test.kind)
			units := encode(t, ball(caps.VP8))
			var mu sync.Mutex
			var warnings []string
			failed := make(chan struct{}, 10)
			config := Config{
				Codec: caps.VP8, Bad: new(BadDecoders),
				Warn: func(message, _ string) {
					mu.Lock()
					defer mu.Unlock()
					warnings = append(warnings, message)
				},
				KeyFrameWanted: func(time.Time) { failed <- struct{}{} },
			}
			c := newChain(t, config)
			for range stumbles {
				if test.kind == testdecoder.Unready {
					break
				}
				pushAll(t, c, units[:1])
				<-failed
				if !c.Outdated() {
					t.Error("the chain is not outdated")
				}
				if !c.End() {
					t.Error("its reader gets no end")
				}
				if f, err := c.Next(t.Context(), nil); err == nil {
					f.Release()
					t.Error("it gives a frame")
				}
				if c.Err() != nil {
					t.Errorf("it has the error %v", c.Err())
				}
				c = newChain(t, config)
			}
			pushAll(t, c, units[:1])
			f, err := c.Next(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			f.Release()
			mu.Lock()
			defer mu.Unlock()
			if len(warnings) != 1 || !strings.Contains(warnings[0], test.kind.Name()) || !strings.Contains(warnings[0], test.says) {
				t.Errorf("warnings %q", warnings)
			}
		})
	}
}

// TestStreamEndsWithItsDecoderBroken ends a stream whose decoder has failed, or is about to.
func TestStreamEndsWithItsDecoderBroken(t *testing.T) {
	testdecoder.Prefer(t, testdecoder.Broken)
	units := encode(t, ball(caps.VP8))
	patient, cancel := context.WithTimeout(t.Context(), testpipeline.Patience)
	defer cancel()
	for range 20 {
		c := newChain(t, Config{Codec: caps.VP8, Bad: new(BadDecoders)})
		pushAll(t, c, units[:1])
		c.End()
		f, err := c.Next(patient, nil)
		if err == nil {
			f.Release()
		}
		if err == nil || patient.Err() != nil {
			t.Fatalf("Next: %v, want the end or the decoder's error", err)
		}
	}
}

func TestApplicationSeesTheDecoder(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, "identity"+testpipeline.Sink)
	f.next()
	index := slices.IndexFunc(f.pipeline.Elements(), func(e testpipeline.Element) bool { return e.Name == "decoder" })
	if index < 0 || f.pipeline.Elements()[index].Factory != f.chain.Decoder() {
		t.Errorf("elements %+v", f.pipeline.Elements())
	}
	if added := f.pipeline.Added(); !slices.Contains(added, "decoder") {
		t.Errorf("deep-element-added told of %v", added)
	}
}
