package caps_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestCapsOfAFormatNameItAndNothingElse(t *testing.T) {
	for _, n := range names {
		if got, want := n.typ.Caps(), "video/x-raw, format=(string)"+n.gstreamer; got != want {
			t.Errorf("%v.Caps() = %q, want %q", n.typ, got, want)
		}
	}
}

const anySize = "width=(int)[ 1, 2147483647 ], height=(int)[ 1, 2147483647 ], framerate=(fraction)[ 0/1, 2147483647/1 ]"

const raw = "video/x-raw, format=(string){ RGBA, ABGR, ARGB, BGRA, RGB, I420, A420, Y42B, Y444, I420_10LE, NV12 }, " + anySize

func TestRawCapsHaveEveryFormatAndSize(t *testing.T) {
	if got := caps.RawCaps(); got != raw {
		t.Errorf("got  %s\nwant %s", got, raw)
	}
}

func TestTemplateCapsAreRawThenInMemoryThenEncoded(t *testing.T) {
	got := strings.Split(caps.TemplateCaps(), "; ")
	if got[0] != raw {
		t.Errorf("the first structure is %s, want %s", got[0], raw)
	}
	video := slices.DeleteFunc(slices.Clone(codecs), func(c codecRow) bool { return c.codec.Kind() != caps.Video })
	memory, encoded := got[1:len(got)-len(video)], got[len(got)-len(video):]
	if len(memory) == 0 {
		t.Error("no structure has a memory feature")
	}
	for _, structure := range memory {
		if !regexp.MustCompile(`^video/x-raw\(memory:\w+\), ` + regexp.QuoteMeta(anySize) + `$`).MatchString(structure) {
			t.Errorf("%s is not video in a kind of memory", structure)
		}
	}
	for i, c := range video {
		if encoded[i] != c.template {
			t.Errorf("%s: got %s, want %s", c.name, encoded[i], c.template)
		}
	}
}

func TestAudioTemplateCapsAreRawThenEncoded(t *testing.T) {
	want := []string{
		"audio/x-raw, format=(string){ S16LE, F32LE }, layout=(string)interleaved, rate=(int)[ 1, 2147483647 ], channels=(int)[ 1, 2 ]",
	}
	for _, c := range codecs {
		if c.codec.Kind() == caps.Audio {
			want = append(want, c.template)
		}
	}
	if diff := cmp.Diff(want, strings.Split(caps.AudioTemplateCaps(), "; ")); diff != "" {
		t.Errorf("AudioTemplateCaps (-want +got):\n%s", diff)
	}
}
