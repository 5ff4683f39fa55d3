package chain

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// takes is a downstream that takes these caps.
func takes(caps string) string {
	return `capsfilter name=filter caps="` + caps + `"` + testpipeline.Sink
}

// nalUnits splits an access unit at its start codes or, with length prefixes, at those.
func nalUnits(t *testing.T, data []byte, prefixed bool) (all [][]byte) {
	t.Helper()
	if !prefixed {
		for _, nal := range bytes.Split(data, []byte{0, 0, 1}) {
			if nal = bytes.TrimRight(nal, "\x00"); len(nal) > 0 { // the rest of the next start code
				all = append(all, nal)
			}
		}
		return all
	}
	for len(data) > 0 {
		size := int(binary.BigEndian.Uint32(data))
		if size > len(data)-4 {
			t.Fatalf("a NAL unit of %d bytes in %d", size, len(data)-4)
		}
		all = append(all, bytes.TrimRight(data[4:4+size], "\x00"))
		data = data[4+size:]
	}
	return all
}

// slicesOf leaves out parameter sets, which go into the caps of avc and hvc1.
func slicesOf(codec caps.Codec, nals [][]byte) [][]byte {
	return slices.DeleteFunc(nals, func(nal []byte) bool {
		if codec == caps.H264 {
			kind := nal[0] & 0x1f
			return kind == 7 || kind == 8
		}
		kind := nal[0] >> 1 & 0x3f
		return kind >= 32 && kind <= 34
	})
}

func TestStreamIsHandedOnAsItCame(t *testing.T) {
	for _, test := range []struct {
		codec  caps.Codec
		takes  string
		says   string // in the caps of what comes
		nal    bool   // NAL units are compared
		length bool   // they have length prefixes
	}{
		{caps.VP8, "video/x-vp8", "width=(int)320, height=(int)240", false, false},
		{caps.VP9, "video/x-vp9", "width=(int)320, height=(int)240", false, false},
		{caps.AV1, "video/x-av1", "width=(int)320, height=(int)240", false, false},
		{caps.H264, "video/x-h264", "stream-format=(string)byte-stream", true, false},
		{caps.H264, "video/x-h264,stream-format=avc", "codec_data=", true, true},
		{caps.H265, "video/x-h265", "stream-format=(string)byte-stream", true, false},
		{caps.H265, "video/x-h265,stream-format=hvc1", "codec_data=", true, true},
	} {
		t.Run(test.takes, func(t *testing.T) {
			f := newFeeder(t, Config{Codec: test.codec}, takes(test.takes))
			f.pushAll()
			got := f.end()
			if len(got) != len(f.units) {
				t.Fatalf("%d buffers of %d units", len(got), len(f.units))
			}
			checkRising(t, got)
			for i, b := range got {
				if b.Delta != (i%keyDistance != 0) || b.DTS != b.PTS {
					t.Errorf("buffer %d: delta %v, PTS %v, DTS %v", i, b.Delta, b.PTS, b.DTS)
				}
				if !strings.Contains(b.Caps, test.says) {
					t.Fatalf("caps %s, want %s", b.Caps, test.says)
				}
				if !test.nal {
					if !bytes.Equal(b.Data, f.units[i]) {
						t.Errorf("buffer %d is not unit %d", i, i)
					}
					continue
				}
				got, want := nalUnits(t, b.Data, test.length), nalUnits(t, f.units[i], false)
				if test.length {
					got, want = slicesOf(test.codec, got), slicesOf(test.codec, want)
				}
				if !slices.EqualFunc(got, want, bytes.Equal) {
					t.Errorf("buffer %d has not the NAL units of unit %d: %x\nwant %x", i, i, heads(got), heads(want))
				}
			}
			if f.chain.Decoder() != "" || len(f.decoders()) > 0 {
				t.Errorf("%q decodes: %v", f.chain.Decoder(), f.decoders())
			}
		})
	}
}

func heads(nals [][]byte) (all [][]byte) {
	for _, nal := range nals {
		all = append(all, nal[:min(len(nal), 4)])
	}
	return all
}

// TestRecordingsAreWhole puts each codec into each file format that carries it.
func TestRecordingsAreWhole(t *testing.T) {
	for muxer, codecs := range map[string][]caps.Codec{
		"matroskamux":  {caps.VP8, caps.VP9, caps.AV1, caps.H264, caps.H265},
		"webmmux":      {caps.VP8, caps.VP9, caps.AV1},
		"mp4mux":       {caps.VP9, caps.AV1, caps.H264, caps.H265},
		"qtmux":        {caps.H264, caps.H265},
		"splitmuxsink": {caps.VP9, caps.AV1, caps.H264, caps.H265},
	} {
		for _, codec := range codecs {
			t.Run(muxer+"/"+codec.String(), func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "recording")
				line := fmt.Sprintf("queue ! mux.video_0 %s name=mux ! filesink location=%s", muxer, file)
				if muxer == "splitmuxsink" {
					line = "queue ! mux.video splitmuxsink name=mux location=" + file
				}
				f := newFeeder(t, Config{Codec: codec}, line)
				f.pushAll()
				f.chain.End()
				if m := f.pipeline.Await("eos", "error"); m.Type == "error" {
					t.Fatalf("%+v", m)
				}
				f.quiet()
				if len(f.decoders()) > 0 {
					t.Errorf("%v decodes", f.decoders())
				}
				checkFile(t, file, len(f.units))
			})
		}
	}
}

// checkFile wants a file that ffprobe has nothing to complain of, and that begins with a key frame.
func checkFile(t *testing.T, file string, packets int) {
	t.Helper()
	var complaints strings.Builder
	cmd := exec.Command("ffprobe", "-v", "warning", "-show_entries", "packet=flags", "-of", "csv=p=0", file)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Errorf("ffprobe: %v\n%s", err, &complaints)
	}
	if flags := strings.Fields(string(out)); len(flags) != packets || !strings.HasPrefix(flags[0], "K") {
		t.Errorf("packets %v, want %d, the first with K", flags, packets)
	}
}

func TestDownstreamChoosesBetweenPicturesAndStream(t *testing.T) {
	format := caps.NV12
	for name, test := range map[string]struct {
		codec      caps.Codec
		format     *caps.VideoBufferType
		downstream string
		untouched  bool
	}{
		"OnlyPictures":        {caps.H264, nil, takes("video/x-raw"), false},
		"OnlyStream":          {caps.H264, nil, takes("video/x-h264"), true},
		"PicturesFirst":       {caps.H264, nil, takes("video/x-raw;video/x-h264"), false},
		"StreamFirst":         {caps.H264, nil, takes("video/x-h264;video/x-raw"), true},
		"OtherStreamFirst":    {caps.VP8, nil, takes("video/x-h264;video/x-raw;video/x-vp8"), false},
		"OtherStream":         {caps.VP8, nil, takes("video/x-h264;video/x-raw"), false},
		"Anything":            {caps.VP8, nil, "identity ! fakesink", false},
		"BehindAQueue":        {caps.H264, nil, "queue ! " + takes("video/x-h264"), true},
		"Parser":              {caps.H264, nil, "h264parse ! fakesink", true},
		"Payloader":           {caps.H264, nil, "rtph264pay ! fakesink", true},
		"MuxerThatTakesBoth":  {caps.AV1, nil, "queue ! mux.video_0 matroskamux name=mux ! fakesink", true},
		"MuxerBehindATee":     {caps.H264, nil, "tee name=t ! queue ! mux.video_0 qtmux name=mux ! fakesink t. ! queue ! fakesink", true},
		"MuxerNotForThis":     {caps.VP8, nil, "queue ! video/x-raw ! mux.video_0 matroskamux name=mux ! fakesink", false},
		"FormatThatWasChosen": {caps.H264, &format, takes("video/x-h264;video/x-raw"), false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFeeder(t, Config{Codec: test.codec, Format: test.format}, test.downstream)
			if untouched := f.chain.Decoder() == ""; untouched != test.untouched {
				t.Errorf("untouched %v, want %v", untouched, test.untouched)
			}
			if test.format == nil && f.config.Pad.WantsUntouched(test.codec) != test.untouched {
				t.Error("the pad says something else")
			}
			if f.chain.Outdated() {
				t.Error("the chain is outdated from the start")
			}
		})
	}
}

func TestDownstreamThatWantsNeitherIsAnError(t *testing.T) {
	p := testpipeline.Start(t, takes("video/x-h264"))
	_, err := New(Config{Codec: caps.VP8, Pad: &Pad{Bin: p.Bin(), Ghost: p.Ghost()}})
	if unwanted := new(NotWantedError); !errors.As(err, &unwanted) {
		t.Errorf("New: %v, want a NotWantedError", err)
	}
}

func TestSizeOfAnUntouchedStreamIsInItsCaps(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.VP8}, takes("video/x-vp8"))
	sizes := []int{320, 320, 160, 320}
	for i, width := range sizes {
		f.chain.SetSize(width, width*3/4)
		if _, err := f.chain.Push(Unit{Data: f.units[0], Due: f.start.Add(time.Duration(i) * time.Second / 30), KeyFrame: true}); err != nil {
			t.Fatal(err)
		}
	}
	for i, b := range f.end() {
		if want := fmt.Sprintf("width=(int)%d, height=(int)%d", sizes[i], sizes[i]*3/4); !strings.Contains(b.Caps, want) {
			t.Errorf("buffer %d has caps %s, want %s", i, b.Caps, want)
		}
	}
}

// TestSlowDownstreamGetsNoHoles has one that takes nothing: what was pushed comes out whole later.
func TestSlowDownstreamGetsNoHoles(t *testing.T) {
	for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
		t.Run(codec.String(), func(t *testing.T) {
			f := newFeeder(t, Config{Codec: codec, Capacity: 1, Latency: 100 * time.Millisecond},
				takes(codec.MediaType())+" max-buffers=1")
			var taken [][]byte
			var err error
			for i := 0; err == nil && i < 1000; i++ {
				unit := f.units[i%len(f.units)]
				if _, err = f.chain.Push(Unit{Data: unit, Due: f.start.Add(time.Duration(i) * time.Second / 30), KeyFrame: i%keyDistance == 0}); err == nil {
					taken = append(taken, unit)
				}
			}
			if !errors.Is(err, ErrBacklog) || len(taken) < 90 || len(taken) > 110 {
				t.Fatalf("%d units were taken, then %v; want about 3 s of them, then ErrBacklog", len(taken), err)
			}
			got := f.end()
			if len(got) != len(taken) {
				t.Fatalf("%d buffers of %d units", len(got), len(taken))
			}
			for i, b := range got {
				if codec == caps.VP8 && !bytes.Equal(b.Data, taken[i]) {
					t.Fatalf("buffer %d is not unit %d", i, i)
				}
			}
			if _, dropped := f.chain.Counts(); dropped != 0 {
				t.Errorf("%d are counted as dropped", dropped)
			}
		})
	}
}

func TestUntouchedChainAnswersAsOneThatDecodes(t *testing.T) {
	for _, caps := range []string{"video/x-raw", "video/x-h264"} {
		t.Run(caps, func(t *testing.T) {
			wanted := make(chan time.Time, 10)
			f := newFeeder(t, Config{
				Codec: h264, Latency: 70 * time.Millisecond,
				KeyFrameWanted: func(at time.Time) { wanted <- at },
			}, takes(caps))
			f.next()
			if got := f.pipeline.Latency(); got != 70*time.Millisecond {
				t.Errorf("latency %v", got)
			}
			if !f.pipeline.ForceKeyUnit() {
				t.Error("nobody takes the event that asks for a key frame")
			}
			awaitWanted := func() time.Time {
				select {
				case at := <-wanted:
					return at
				case <-time.After(testpipeline.Patience):
					t.Fatal("no key frame was asked for")
					panic("unreachable")
				}
			}
			if at := awaitWanted(); !at.IsZero() {
				t.Errorf("the key frame is wanted at %v, want at once", at)
			}

			before := time.Now()
			running := f.pipeline.RunningTime()
			after := time.Now()
			for _, distance := range []time.Duration{5 * time.Second, 0, -running / 2} {
				if !f.pipeline.ForceKeyUnitAt(running + distance) {
					t.Error("nobody takes the event that asks for a key frame")
				}
				at := awaitWanted().Add(-distance)
				if error := time.Millisecond; at.Before(before.Add(-error)) || at.After(after.Add(error)) {
					t.Errorf("a key frame is wanted %v from now, and asked for %v after that", distance, at.Sub(before))
				}
			}
			if !f.pipeline.ForceKeyUnitAt(math.MaxInt64) {
				t.Error("nobody takes the event")
			}
			if at := awaitWanted(); at.Before(after.Add(time.Hour)) {
				t.Errorf("a key frame for never is asked for after %v", at.Sub(after))
			}
		})
	}
}

const h264 = caps.H264

func TestLatencyIsToldOnce(t *testing.T) {
	for _, caps := range []string{"video/x-raw", "video/x-h264"} {
		t.Run(caps, func(t *testing.T) {
			f := newFeeder(t, Config{Codec: h264}, takes(caps))
			f.next()
			for i := range 3 {
				f.chain.SetLatency(time.Duration(i+1) * 50 * time.Millisecond)
			}
			f.end()
			f.pipeline.Await("eos") // and with it all that was said before
			told := 0
			for _, m := range f.pipeline.Said("latency") {
				if strings.HasSuffix(m.Source, ":access-units") {
					t.Error("appsrc tells it, too")
				}
				if strings.HasSuffix(m.Source, ":track") {
					told++
				}
			}
			if told != 3 {
				t.Errorf("%d messages for 3 changes", told)
			}
			if got := f.pipeline.Latency(); got != 150*time.Millisecond {
				t.Errorf("latency %v, want 150 ms", got)
			}
		})
	}
}
