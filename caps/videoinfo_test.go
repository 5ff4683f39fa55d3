package caps_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/caps"
)

// parsed are caps that are accepted, and what they mean. The longer ones are printed by GStreamer 1.22.
var parsed = []struct {
	name string
	caps string
	want caps.VideoInfo
}{
	{
		"printed by videotestsrc",
		"video/x-raw, format=(string)A420, width=(int)33, height=(int)17, framerate=(fraction)0/1, multiview-mode=(string)mono, colorimetry=(string)1:4:0:0, pixel-aspect-ratio=(fraction)1/1, interlace-mode=(string)progressive",
		caps.VideoInfo{Type: caps.I420A, Width: 33, Height: 17, FrameRate: caps.Fraction{0, 1}, PixelAspectRatio: caps.Fraction{1, 1}, Colorimetry: "1:4:0:0"},
	},
	{
		"flag set",
		"video/x-raw, format=(string)I420_10LE, width=(int)33, height=(int)17, framerate=(fraction)30000/1001, pixel-aspect-ratio=(fraction)12/11, colorimetry=(string)bt709, multiview-flags=(GstVideoMultiviewFlagsSet)0:ffffffff:/right-view-first/left-flipped",
		caps.VideoInfo{Type: caps.I010, Width: 33, Height: 17, FrameRate: caps.Fraction{30000, 1001}, PixelAspectRatio: caps.Fraction{12, 11}, Colorimetry: "bt709"},
	},
	{
		"as typed for gst-launch",
		"video/x-raw,format=NV12,width=640,height=480,framerate=30/1",
		caps.VideoInfo{Type: caps.NV12, Width: 640, Height: 480, FrameRate: caps.Fraction{30, 1}},
	},
	{
		"spaces everywhere",
		" video/x-raw ,\tformat = ( string ) RGB , width = ( int ) 4 ,\nheight=\t(int)\t2 , ",
		caps.VideoInfo{Type: caps.RGB24, Width: 4, Height: 2},
	},
	{
		"quoted strings",
		`"video/x-raw", format=(string)"Y42B", width=(int)4, height=(int)2, colorimetry="2\:3:\065:1"`,
		caps.VideoInfo{Type: caps.I422, Width: 4, Height: 2, Colorimetry: "2:3:5:1"},
	},
	{
		"short type names",
		"video/x-raw, format=(s)Y444, width=(i)4, height=(gint)2, framerate=(GstFraction)25",
		caps.VideoInfo{Type: caps.I444, Width: 4, Height: 2, FrameRate: caps.Fraction{25, 1}},
	},
	{
		"system memory spelled out",
		"video/x-raw(memory:SystemMemory), format=RGBA, width=1, height=1;",
		caps.VideoInfo{Type: caps.RGBA, Width: 1, Height: 1},
	},
	{
		"no features",
		"video/x-raw(), format=ABGR, width=1, height=1 ; ",
		caps.VideoInfo{Type: caps.ABGR, Width: 1, Height: 1},
	},
	{
		"memory features",
		"video/x-raw( memory:DMABuf,meta:GstVideoOverlayComposition, memory:DMABuf), format=(string)NV12, width=(int)1, height=(int)1",
		caps.VideoInfo{Type: caps.NV12, Width: 1, Height: 1, Features: "memory:DMABuf, meta:GstVideoOverlayComposition"},
	},
	{
		"system memory with a meta",
		"video/x-raw(memory:SystemMemory, meta:GstVideoOverlayComposition), format=BGRA, width=1, height=1",
		caps.VideoInfo{Type: caps.BGRA, Width: 1, Height: 1, Features: "memory:SystemMemory, meta:GstVideoOverlayComposition"},
	},
	{
		"unknown fields of every kind",
		`video/x-raw, foo=(string)"a\ b\,\ c\=\"d\"\ \303\251\;\ \{", s=(structure)[a, b=(int)[1,2]; ], arr=(int)< 1, 2, "x\ y[" >, c=(GstCaps)"video/x-raw\,\ width\=[1\,2]", bm=(bitmask)0x0000000000000003, n=(string)NULL, format=ARGB, width=1, height=1`,
		caps.VideoInfo{Type: caps.ARGB, Width: 1, Height: 1},
	},
	{
		"last of two",
		"video/x-raw, format=I420, width=1, height=1, width=2",
		caps.VideoInfo{Type: caps.I420, Width: 2, Height: 1},
	},
	{
		"fractions are reduced",
		"video/x-raw, format=I420, width=1, height=1, framerate=60/2, pixel-aspect-ratio=4/4",
		caps.VideoInfo{Type: caps.I420, Width: 1, Height: 1, FrameRate: caps.Fraction{30, 1}, PixelAspectRatio: caps.Fraction{1, 1}},
	},
	{
		"variable frame rate",
		"video/x-raw, format=I420, width=1, height=1, framerate=0/5",
		caps.VideoInfo{Type: caps.I420, Width: 1, Height: 1, FrameRate: caps.Fraction{0, 1}},
	},
	{
		"largest numbers",
		"video/x-raw, format=I420, width=2147483647, height=2147483647, framerate=2147483647/2147483646",
		caps.VideoInfo{Type: caps.I420, Width: math.MaxInt32, Height: math.MaxInt32, FrameRate: caps.Fraction{math.MaxInt32, math.MaxInt32 - 1}},
	},
}

func TestParseCaps(t *testing.T) {
	for _, tt := range parsed {
		t.Run(tt.name, func(t *testing.T) {
			got, err := caps.ParseCaps(tt.caps)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseCaps(%q) (-want +got):\n%s", tt.caps, diff)
			}
		})
	}
}

// refused are caps that are not accepted, with the reason and a word that the error must have for its reader.
var refused = []struct {
	caps string
	err  error
	word string
}{
	{"", caps.ErrNotRaw, ""},
	{" ", caps.ErrNotRaw, ""},
	{"EMPTY", caps.ErrNotRaw, ""},
	{"NONE", caps.ErrNotRaw, ""},
	{"video/x-h264, width=1, height=1", caps.ErrNotRaw, "video/x-h264"},
	{"audio/x-raw, format=S16LE", caps.ErrNotRaw, "audio/x-raw"},
	{"Video/x-raw, format=I420, width=1, height=1", caps.ErrNotRaw, "Video/x-raw"},
	{"ANY", caps.ErrNotFixed, ""},
	{"video/x-raw(ANY), format=I420, width=1, height=1", caps.ErrNotFixed, "ANY"},
	{"video/x-raw, format=I420, width=1, height=1; video/x-raw", caps.ErrNotFixed, "structure"},
	{"video/x-raw, format=(string){ I420, NV12 }, width=1, height=1", caps.ErrNotFixed, "format is { I420, NV12 }"},
	{"video/x-raw, format={ (string)I420 }, width=1, height=1", caps.ErrNotFixed, "format"},
	{"video/x-raw, format=I420, width=(int)[ 1, 2147483647 ], height=1", caps.ErrNotFixed, "width is [ 1, 2147483647 ]"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=(fraction)[ 0/1, 30/1 ]", caps.ErrNotFixed, "framerate"},
	{"video/x-raw, format=I420, width=1, height=1, views=(int)[ 1, 2 ]", caps.ErrNotFixed, "views"},
	{"video/x-raw, format=I420, width=1, height=1, a=(int)< 1, [ 1, 2 ] >", caps.ErrNotFixed, "a is <"},
	{"video/x-raw", caps.ErrUnknownFormat, "NV12"},
	{`video/x-raw, format="", width=1, height=1`, caps.ErrUnknownFormat, ""},
	{"video/x-raw, format=YUY2, width=1, height=1", caps.ErrUnknownFormat, "YUY2"},
	{"video/x-raw, format=RGB24, width=1, height=1", caps.ErrUnknownFormat, "RGB24"},
	{"video/x-raw(memory:DMABuf), format=DMA_DRM, width=1, height=1", caps.ErrUnknownFormat, "DMA_DRM"},
	{"video/x-raw, format=I420", caps.ErrSize, "width"},
	{"video/x-raw, format=I420, width=1", caps.ErrSize, "height"},
	{"video/x-raw, format=I420, width=0, height=1", caps.ErrSize, "width 0"},
	{"video/x-raw, format=I420, width=1, height=-1", caps.ErrSize, "height -1"},
	{"video/x-raw, format=I420, width=2147483648, height=1", caps.ErrSize, "2147483648"},
	{"video/x-raw, format=I420, width=99999999999999999999, height=1", caps.ErrSize, "width"},
	{"video/x-raw, format=I420, width=1.5, height=1", caps.ErrSize, "1.5"},
	{"video/x-raw, format=I420, width=(string)1, height=1", caps.ErrSyntax, "width is a string"},
	{"video/x-raw, format=(int)5, width=1, height=1", caps.ErrSyntax, "format is a int"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=(double)30", caps.ErrSyntax, "framerate"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=30/0", caps.ErrSyntax, "30/0"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=0/0", caps.ErrSyntax, "0/0"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=-30/1", caps.ErrSyntax, "-30/1"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=30/-1", caps.ErrSyntax, "30/-1"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=29.97", caps.ErrSyntax, "29.97"},
	{"video/x-raw, format=I420, width=1, height=1, framerate=1/2147483648", caps.ErrSyntax, "1/2147483648"},
	{"video/x-raw, format=I420, width=1, height=1, pixel-aspect-ratio=0/1", caps.ErrSyntax, "pixel-aspect-ratio"},
	{`video/x-raw, format=I420, width=1, height=1, colorimetry="\000"`, caps.ErrSyntax, "colorimetry"},
	{`video/x-raw, format=I420, width=1, height=1, colorimetry="\377"`, caps.ErrSyntax, "colorimetry"},
	{"video/x-raw, format=I420, width=1, height=1, colorimetry=(int)1", caps.ErrSyntax, "colorimetry"},
	{"video/x-raw(memory), format=I420, width=1, height=1", caps.ErrSyntax, `"memory"`},
	{"video/x-raw(memory:), format=I420, width=1, height=1", caps.ErrSyntax, `"memory:"`},
	{"video/x-raw(memory:A,), format=I420, width=1, height=1", caps.ErrSyntax, `feature ""`},
	{"video/x-raw(memory:A", caps.ErrSyntax, "')'"},
	{"video/x-raw width=4", caps.ErrSyntax, "','"},
	{"video/x-raw,,width=4", caps.ErrSyntax, "','"},
	{"video/x-raw, width", caps.ErrSyntax, "'='"},
	{"video/x-raw, width=", caps.ErrSyntax, "end"},
	{"video/x-raw, width=(int", caps.ErrSyntax, "')'"},
	{"video/x-raw, width=(int)", caps.ErrSyntax, "end"},
	{"video/x-raw, width=,height=1", caps.ErrSyntax, "','"},
	{`video/x-raw, format="I420`, caps.ErrSyntax, "quote"},
	{`video/x-raw, format="I420\`, caps.ErrSyntax, "quote"},
	{`video/x-raw, format=I4"20"`, caps.ErrSyntax, `'"'`},
	{"video/x-raw, width=[ 1, 2", caps.ErrSyntax, "']'"},
	{"video/x-raw, width=[ 1, 2 }", caps.ErrSyntax, "'}'"},
	{`video/x-raw, width={ "`, caps.ErrSyntax, "quote"},
	{"(memory:A)", caps.ErrSyntax, "'('"},
}

func TestParseCapsSaysWhyItRefuses(t *testing.T) {
	for _, tt := range refused {
		got, err := caps.ParseCaps(tt.caps)
		if !errors.Is(err, tt.err) {
			t.Errorf("ParseCaps(%q) = %+v, %v, want %v", tt.caps, got, err, tt.err)
			continue
		}
		// The reason comes after the caps themselves.
		if _, reason, _ := strings.Cut(err.Error(), ": "); !strings.Contains(reason, tt.word) {
			t.Errorf("ParseCaps(%q): %q does not say %q", tt.caps, err, tt.word)
		}
		if got != (caps.VideoInfo{}) {
			t.Errorf("ParseCaps(%q) = %+v with an error", tt.caps, got)
		}
	}
}

func TestCapsAreSpelledAsGStreamerSpellsThem(t *testing.T) {
	tests := []struct {
		info caps.VideoInfo
		want string
	}{
		{
			caps.VideoInfo{Type: caps.I420, Width: 640, Height: 480},
			"video/x-raw, format=(string)I420, width=(int)640, height=(int)480",
		},
		{
			caps.VideoInfo{Type: caps.I420A, Width: 1, Height: 2, FrameRate: caps.Fraction{60000, 2002}, PixelAspectRatio: caps.Fraction{2, 2}, Colorimetry: "2:3:5:1", Features: "memory:DMABuf,meta:X"},
			"video/x-raw(memory:DMABuf, meta:X), format=(string)A420, width=(int)1, height=(int)2, framerate=(fraction)30000/1001, pixel-aspect-ratio=(fraction)1/1, colorimetry=(string)2:3:5:1",
		},
		{
			caps.VideoInfo{Type: caps.RGB24, Width: 1, Height: 1, FrameRate: caps.Fraction{0, 7}, Colorimetry: "a b\"é\n", Features: "memory:SystemMemory"},
			`video/x-raw, format=(string)RGB, width=(int)1, height=(int)1, framerate=(fraction)0/1, colorimetry=(string)"a\ b\"\303\251\012"`,
		},
		{
			caps.VideoInfo{Type: caps.NV12, Width: 1, Height: 1, Colorimetry: "NULL"},
			`video/x-raw, format=(string)NV12, width=(int)1, height=(int)1, colorimetry=(string)"NULL"`,
		},
	}
	for _, tt := range tests {
		got, err := tt.info.Caps()
		if err != nil {
			t.Errorf("%+v: %v", tt.info, err)
		} else if got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

func TestParseCapsReadsWhatCapsPrints(t *testing.T) {
	for _, typ := range caps.Types() {
		for _, tt := range parsed {
			info := tt.want
			info.Type = typ
			checkRoundTrip(t, info)
		}
	}
}

func checkRoundTrip(t *testing.T, info caps.VideoInfo) {
	t.Helper()
	printed, err := info.Caps()
	if err != nil {
		t.Errorf("%+v: %v", info, err)
		return
	}
	again, err := caps.ParseCaps(printed)
	if err != nil {
		t.Error(err)
	} else if again != info {
		t.Errorf("%s is %+v, want %+v", printed, again, info)
	}
}

func TestValidateNamesTheField(t *testing.T) {
	good := caps.VideoInfo{Type: caps.I420, Width: 1, Height: 1}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		spoil func(*caps.VideoInfo)
		err   error
		word  string
	}{
		{func(v *caps.VideoInfo) { v.Type = 11 }, caps.ErrUnknownFormat, "11"},
		{func(v *caps.VideoInfo) { v.Width = 0 }, caps.ErrSize, "0x1"},
		{func(v *caps.VideoInfo) { v.Height = -1 }, caps.ErrSize, "1x-1"},
		{func(v *caps.VideoInfo) { v.FrameRate = caps.Fraction{30, 0} }, caps.ErrSyntax, "framerate 30/0"},
		{func(v *caps.VideoInfo) { v.FrameRate = caps.Fraction{-1, 1} }, caps.ErrSyntax, "framerate -1/1"},
		{func(v *caps.VideoInfo) { v.PixelAspectRatio = caps.Fraction{0, 1} }, caps.ErrSyntax, "pixel-aspect-ratio 0/1"},
		{func(v *caps.VideoInfo) { v.Colorimetry = "a\x00" }, caps.ErrSyntax, "colorimetry"},
		{func(v *caps.VideoInfo) { v.Colorimetry = "\xff" }, caps.ErrSyntax, "colorimetry"},
		{func(v *caps.VideoInfo) { v.Features = "memory:A), width=(int)[1" }, caps.ErrSyntax, "feature"},
		{func(v *caps.VideoInfo) { v.Features = "ANY" }, caps.ErrNotFixed, "ANY"},
	}
	for _, tt := range tests {
		v := good
		tt.spoil(&v)
		err := v.Validate()
		if !errors.Is(err, tt.err) || !strings.Contains(err.Error(), tt.word) {
			t.Errorf("%+v: %v, want %v with %q", v, err, tt.err, tt.word)
		}
		if s, err := v.Caps(); !errors.Is(err, tt.err) || s != "" {
			t.Errorf("%+v: Caps() = %q, %v, want %v", v, s, err, tt.err)
		}
	}
}

func FuzzParseCaps(f *testing.F) {
	for _, tt := range parsed {
		f.Add(tt.caps)
	}
	for _, tt := range refused {
		f.Add(tt.caps)
	}
	f.Add(caps.TemplateCaps())
	f.Fuzz(func(t *testing.T, s string) {
		info, err := caps.ParseCaps(s)
		if err == nil {
			checkRoundTrip(t, info)
			return
		}
		reasons := 0
		for _, reason := range []error{caps.ErrSyntax, caps.ErrNotRaw, caps.ErrNotFixed, caps.ErrUnknownFormat, caps.ErrSize} {
			if errors.Is(err, reason) {
				reasons++
			}
		}
		if reasons != 1 {
			t.Errorf("%v wraps %d reasons", err, reasons)
		}
	})
}
