package testpicture_test

import (
	"image"
	"math"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestReadGivesWhatDrawDrew(t *testing.T) {
	for _, size := range []struct{ width, height, stride int }{
		{1280, 720, 1280},
		{1920, 1080, 1920},
		{1281, 721, 1284},
		{854, 480, 896},
		{testpicture.MinWidth, testpicture.MinHeight, testpicture.MinWidth},
		{90, 160, 92},
	} {
		luma := make([]byte, size.stride*size.height)
		for _, value := range []uint32{0, 1, 0x80000000, 0xffffffff, 0x55555555, 0xdeadbeef} {
			testpicture.Draw(luma, size.stride, size.width, size.height, value)
			if got, ok := testpicture.Read(luma, size.stride, size.width, size.height); !ok || got != value {
				t.Errorf("%+v: Read gave %#x, %v, want %#x", size, got, ok, value)
			}
		}
	}
}

func TestReadRefusesPictureWithoutTime(t *testing.T) {
	const width, height = 320, 180
	rows := testpicture.BandRows(height)
	damaged := make([]byte, width*height)
	testpicture.Draw(damaged, width, width, height, 0x12345678)
	for y := range rows {
		damaged[y*width+width/2+5] ^= 0xff
	}
	half := make([]byte, width*height)
	testpicture.Draw(half, width, width, height, 0x12345678)
	for i := range half {
		half[i] = half[i]/4 + 100
	}
	for name, luma := range map[string][]byte{
		"flat":                   make([]byte, width*height),
		"one block damaged":      damaged,
		"too little contrast":    half,
		"too short":              make([]byte, width*rows),
		"nothing":                nil,
		"one row less than both": make([]byte, width*(2*rows-1)),
	} {
		if value, ok := testpicture.Read(luma, width, width, height); ok {
			t.Errorf("%s: Read gave %#x", name, value)
		}
	}
}

func TestReadRefusesImpossibleSizes(t *testing.T) {
	luma := make([]byte, 1<<16)
	testpicture.Draw(luma, 320, 320, 180, 1)
	for _, size := range []struct{ stride, width, height int }{
		{320, 31, 180}, {320, 320, 20}, {100, 320, 180}, {320, 320, 0}, {320, 320, -720}, {0, 0, 0}, {320, -1, 180},
	} {
		if value, ok := testpicture.Read(luma, size.stride, size.width, size.height); ok {
			t.Errorf("%+v: Read gave %#x", size, value)
		}
	}
}

func TestReadBandsOfCroppedPicture(t *testing.T) {
	const width, height, value = 640, 360, 0xcafe0123
	luma := make([]byte, width*height)
	testpicture.Draw(luma, width, width, height, value)
	rows := testpicture.BandRows(height)
	if got, ok := testpicture.ReadBands(luma[:2*rows*width], width, width, rows); !ok || got != value {
		t.Errorf("ReadBands gave %#x, %v", got, ok)
	}
}

func TestLatencyWrapsAround(t *testing.T) {
	epoch := time.UnixMilli(0)
	for _, test := range []struct {
		now  int64
		then int64
		want time.Duration
	}{
		{1_700_000_000_120, 1_700_000_000_000, 120 * time.Millisecond},
		{1<<32 + 5, 1<<32 - 10, 15 * time.Millisecond},
		{7<<32 - 3, 7<<32 + 2, -5 * time.Millisecond},
		{1 << 31, 1, (1<<31 - 1) * time.Millisecond},
	} {
		now := epoch.Add(time.Duration(test.now) * time.Millisecond)
		value := testpicture.Time(epoch.Add(time.Duration(test.then) * time.Millisecond))
		if got := testpicture.Latency(now, value); got != test.want {
			t.Errorf("Latency from %d to %d is %v, want %v", test.then, test.now, got, test.want)
		}
	}
}

// The published values of 75 % colour bars, in Y, U, V.
var published = map[string]struct{ bt601, bt709 testpicture.YUV }{
	"white":   {testpicture.YUV{Y: 180, U: 128, V: 128}, testpicture.YUV{Y: 180, U: 128, V: 128}},
	"yellow":  {testpicture.YUV{Y: 162, U: 44, V: 142}, testpicture.YUV{Y: 168, U: 44, V: 136}},
	"cyan":    {testpicture.YUV{Y: 131, U: 156, V: 44}, testpicture.YUV{Y: 145, U: 147, V: 44}},
	"green":   {testpicture.YUV{Y: 112, U: 72, V: 58}, testpicture.YUV{Y: 133, U: 63, V: 52}},
	"magenta": {testpicture.YUV{Y: 84, U: 184, V: 198}, testpicture.YUV{Y: 63, U: 193, V: 204}},
	"red":     {testpicture.YUV{Y: 65, U: 100, V: 212}, testpicture.YUV{Y: 51, U: 109, V: 212}},
	"blue":    {testpicture.YUV{Y: 35, U: 212, V: 114}, testpicture.YUV{Y: 28, U: 212, V: 120}},
	"black":   {testpicture.YUV{Y: 16, U: 128, V: 128}, testpicture.YUV{Y: 16, U: 128, V: 128}},
}

func TestPatchesHaveThePublishedValues(t *testing.T) {
	patches := testpicture.Patches()
	if len(patches) != len(published) {
		t.Fatalf("%d patches, want %d", len(patches), len(published))
	}
	for _, patch := range patches {
		want := published[patch.Name]
		if !near(patch.BT601, want.bt601) || !near(patch.BT709, want.bt709) {
			t.Errorf("%s: BT.601 %v, BT.709 %v, want %v, %v", patch.Name, patch.BT601, patch.BT709, want.bt601, want.bt709)
		}
	}
}

// near allows one step per component: the published values are of 75 %, ours of 191/255.
func near(a, b testpicture.YUV) bool {
	for _, pair := range [][2]uint8{{a.Y, b.Y}, {a.U, b.U}, {a.V, b.V}} {
		if math.Abs(float64(pair[0])-float64(pair[1])) > 1 {
			return false
		}
	}
	return true
}

func TestKnownPictureHasPatchesAndTime(t *testing.T) {
	for _, size := range []image.Point{{X: 1280, Y: 720}, {X: 641, Y: 363}, {X: 160, Y: 90}} {
		for _, matrix := range []testpicture.Matrix{testpicture.BT601, testpicture.BT709} {
			picture := testpicture.Known(size.X, size.Y, matrix, 0x12345678)
			if value, ok := testpicture.Read(picture.Y, picture.YStride, size.X, size.Y); !ok || value != 0x12345678 {
				t.Errorf("%v: Read gave %#x, %v", size, value, ok)
			}
			covered := 2 * testpicture.BandRows(size.Y) * size.X
			for _, patch := range testpicture.Patches() {
				bounds := patch.Bounds(size.X, size.Y)
				covered += bounds.Dx() * bounds.Dy()
				c := picture.YCbCrAt(patch.Centre(size.X, size.Y).X, patch.Centre(size.X, size.Y).Y)
				if got := (testpicture.YUV{Y: c.Y, U: c.Cb, V: c.Cr}); got != patch.YUV(matrix) {
					t.Errorf("%v %v %s: %v, want %v", size, matrix, patch.Name, got, patch.YUV(matrix))
				}
			}
			if covered != size.X*size.Y {
				t.Errorf("%v: bands and patches cover %d of %d pixels", size, covered, size.X*size.Y)
			}
		}
	}
}
