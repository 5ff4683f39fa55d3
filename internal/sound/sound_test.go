package sound

import (
	"encoding/hex"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

// tone returns samples of a sine.
func tone(frequency float64, rate, samples, channels int, amplitude float64) []int16 {
	all := make([]int16, 0, samples*channels)
	for i := range samples {
		for range channels {
			all = append(all, int16(amplitude*math.Sin(2*math.Pi*frequency*float64(i)/float64(rate))))
		}
	}
	return all
}

// level is the root mean square of samples.
func level(samples []int16) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(max(len(samples), 1)))
}

// crossings counts how often samples of one channel become positive.
func crossings(samples []int16, channels int) int {
	n := 0
	for i := channels; i < len(samples); i += channels {
		if samples[i-channels] < 0 && samples[i] >= 0 {
			n++
		}
	}
	return n
}

func TestEveryCodecOfSoundHasADecoder(t *testing.T) {
	for _, codec := range caps.Codecs(caps.Audio) {
		for _, rate := range []int{8000, 12000, 16000, 22050, 24000, 44100, 48000} {
			for channels := 1; channels <= 2; channels++ {
				d, err := NewDecoder(codec, rate, channels)
				if err != nil {
					t.Fatalf("%v at %d Hz: %v", codec, rate, err)
				}
				if d.Channels() != channels {
					t.Errorf("%v gives %d channels, want %d", codec, d.Channels(), channels)
				}
				d.Close()
			}
		}
	}
	for _, codec := range append(caps.Codecs(caps.Video), caps.Codec(0)) {
		if d, err := NewDecoder(codec, 48000, 1); err == nil {
			t.Errorf("%v has a decoder for sound: %v", codec, d)
		}
	}
}

func TestOpusDecodesAtTheRateThatIsAskedFor(t *testing.T) {
	for _, test := range []struct{ asked, want int }{
		{8000, 8000}, {12000, 12000}, {16000, 16000}, {24000, 24000}, {48000, 48000}, {44100, 48000}, {96000, 48000},
	} {
		d, err := NewDecoder(caps.Opus, test.asked, 1)
		if err != nil {
			t.Fatal(err)
		}
		to := make([]int16, test.want)
		n, err := d.Decode(to, []byte{0xf8, 0xff, 0xfe})
		if d.Rate() != test.want || n != test.want/50 || err != nil {
			t.Errorf("asked for %d Hz: %d Hz and %d samples of 20 ms (%v), want %d Hz", test.asked, d.Rate(), n, err, test.want)
		}
		if peak := level(to[:n]); peak > 1 {
			t.Errorf("a silent packet has level %.0f", peak)
		}
		d.Close()
	}
}

// loud is 20 ms of a tone of 440 Hz in Opus, made with libopus.
func loud(t *testing.T) []byte {
	t.Helper()
	packet, err := hex.DecodeString("98acacdd4ccdacfb5ed3a0b9bcd8af7923dd048a1446fe474cb4ce4457af1898fa6007ecdeb225ae")
	if err != nil {
		t.Fatal(err)
	}
	return packet
}

func TestResetDecoderDoesNotGoOnWithWhatItHeard(t *testing.T) {
	d, err := NewDecoder(caps.Opus, 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	to := make([]int16, 5760)
	conceal := func() float64 {
		for range 5 {
			if _, err := d.Decode(to, loud(t)); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Conceal(to, 960); err != nil {
			t.Fatal(err)
		}
		return level(to[:960])
	}
	if l := conceal(); l < 1000 {
		t.Fatalf("concealment of a tone has level %.0f", l)
	}
	for range 5 {
		if _, err := d.Decode(to, loud(t)); err != nil {
			t.Fatal(err)
		}
	}
	d.Reset()
	if err := d.Conceal(to, 960); err != nil {
		t.Fatal(err)
	}
	if l := level(to[:960]); l > 1 {
		t.Errorf("after Reset, concealment has level %.0f", l)
	}
}

func TestDamagedOpusIsAnError(t *testing.T) {
	d, err := NewDecoder(caps.Opus, 48000, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	to := make([]int16, 2*5760)
	for _, packet := range [][]byte{nil, {}, {0xff}, {0xff, 0xff}, {0x03}} {
		if n, err := d.Decode(to, packet); err == nil {
			t.Errorf("% x decodes to %d samples", packet, n)
		}
	}
}

func TestConcealmentHasTheLengthThatIsAskedFor(t *testing.T) {
	d, err := NewDecoder(caps.Opus, 48000, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, samples := range []int{1, 119, 120, 121, 960, 961, 4800} {
		to := make([]int16, 2*samples+2)
		to[2*samples], to[2*samples+1] = 77, 78
		for _, next := range [][]byte{nil, {0xf8, 0xff, 0xfe}} {
			if err := d.Recover(to[:2*samples], samples, next); err != nil {
				t.Errorf("%d samples before %x: %v", samples, next, err)
			}
		}
		if err := d.Conceal(to[:2*samples], samples); err != nil {
			t.Errorf("%d samples: %v", samples, err)
		}
		if to[2*samples] != 77 || to[2*samples+1] != 78 {
			t.Errorf("%d samples: it wrote more", samples)
		}
	}
}

// The numbers are those of ITU-T G.711: the ends of each range, and what silence is.
func TestG711(t *testing.T) {
	for _, test := range []struct {
		codec caps.Codec
		code  byte
		want  int16
	}{
		{caps.PCMU, 0xff, 0},
		{caps.PCMU, 0x7f, 0},
		{caps.PCMU, 0x00, -32124},
		{caps.PCMU, 0x80, 32124},
		{caps.PCMU, 0xfe, 8},
		{caps.PCMA, 0xd5, 8},
		{caps.PCMA, 0x55, -8},
		{caps.PCMA, 0xaa, 32256},
		{caps.PCMA, 0x2a, -32256},
	} {
		for channels := 1; channels <= 2; channels++ {
			d, err := NewDecoder(test.codec, 8000, channels)
			if err != nil {
				t.Fatal(err)
			}
			to := make([]int16, channels)
			n, err := d.Decode(to, []byte{test.code})
			if err != nil || n != 1 || to[0] != test.want || to[channels-1] != test.want {
				t.Errorf("%v: %#x is %v, want %d", test.codec, test.code, to, test.want)
			}
		}
	}
}

func TestResamplerKeepsPitchAndLevel(t *testing.T) {
	for _, test := range []struct{ from, to int }{{48000, 44100}, {48000, 96000}, {48000, 11025}, {8000, 48000}, {8000, 44100}} {
		for channels := 1; channels <= 2; channels++ {
			r := NewResampler(test.from, test.to, channels)
			in := tone(440, test.from, 2*test.from, channels, 10000)
			var out []int16
			for piece := test.from / 50 * channels; len(in) > 0; in = in[piece:] {
				out = append(out, r.Resample(in[:piece])...)
			}
			if missing := 2*test.to - len(out)/channels; missing < 0 || missing > test.to/100 {
				t.Errorf("%d to %d Hz: %d of 2 s of samples are missing", test.from, test.to, missing)
			}
			if n := crossings(out, channels); n < 872 || n > 880 {
				t.Errorf("%d to %d Hz: %d periods in 2 s, want 880", test.from, test.to, n)
			}
			if l := level(out[len(out)/4:]); math.Abs(l-10000/math.Sqrt2) > 50 {
				t.Errorf("%d to %d Hz: level %.0f, want %.0f", test.from, test.to, l, 10000/math.Sqrt2)
			}
			if got := r.Resample(nil); len(got) != 0 {
				t.Errorf("nothing becomes %d samples", len(got))
			}
			r.Close()
		}
	}
}

// TestRepetition leaves out and repeats parts of tones and of noise.
func TestRepetition(t *testing.T) {
	for _, rate := range []int{8000, 16000, 48000} {
		for channels := 1; channels <= 2; channels++ {
			for _, hertz := range []float64{100, 440, 1234} {
				from := tone(hertz, rate, rate/50, channels, 10000)
				n := Repetition(from, channels, rate/400, rate/100)
				if turns := float64(n) * hertz / float64(rate); n == 0 || math.Abs(turns-math.Round(turns)) > 0.1 {
					t.Fatalf("%v Hz at %d Hz repeats after %d samples, which are %v turns", hertz, rate, n, turns)
				}
				longer := make([]int16, len(from)+n*channels)
				Repeat(longer, from, channels, n)
				shorter := LeaveOut(slices.Clone(from), channels, n)
				if len(shorter) != len(from)-n*channels {
					t.Errorf("%d of %d numbers are left without %d samples", len(shorter), len(from), n)
				}
				steepest := 10000 * 2 * math.Pi * hertz / float64(rate)
				for _, to := range [][]int16{longer, shorter} {
					if to[0] != from[0] || to[len(to)-1] != from[len(from)-1] {
						t.Error("the ends are not those of the sound")
					}
					for i := channels; i < len(to); i++ {
						if d := math.Abs(float64(to[i]) - float64(to[i-channels])); d > steepest*1.2+1 {
							t.Fatalf("%v Hz at %d Hz, %d samples: a step of %v", hertz, rate, len(to)/channels, d)
						}
					}
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]int16, 960)
	for i := range noise {
		noise[i] = int16(random.IntN(20000) - 10000)
	}
	if n := Repetition(noise, 1, 120, 480); n != 0 {
		t.Errorf("noise repeats after %d samples", n)
	}
	clear(noise)
	if n := Repetition(noise, 1, 120, 480); n != 480 {
		t.Errorf("silence repeats after %d samples", n)
	}
	if n := Repetition(noise[:100], 1, 120, 480); n != 0 {
		t.Errorf("100 samples repeat after %d samples", n)
	}
}

// TestStretch compares a stretched sine with one that has the other length.
func TestStretch(t *testing.T) {
	for _, n := range []int{960, 480, 160} {
		for _, m := range []int{n - n/50, n - 1, n, n + 1, n + n/50} {
			for channels := 1; channels <= 2; channels++ {
				const turns = 8.8 // 440 Hz in 20 ms
				from := make([]int16, 0, n*channels)
				for i := range n {
					for range channels {
						from = append(from, int16(math.Round(10000*math.Sin(2*math.Pi*turns*float64(i)/float64(n-1)))))
					}
				}
				to := make([]int16, m*channels)
				Stretch(to, from, channels)
				for i := range m {
					want := 10000 * math.Sin(2*math.Pi*turns*float64(i)/float64(m-1))
					if off := math.Abs(want - float64(to[i*channels+channels-1])); off > 60 {
						t.Fatalf("%d to %d samples: sample %d is %d, want %.0f", n, m, i, to[i*channels], want)
					}
				}
				if to[0] != from[0] || to[len(to)-1] != from[len(from)-1] {
					t.Errorf("%d to %d samples: the ends moved", n, m)
				}
			}
		}
	}
}

func BenchmarkOpusSilence(b *testing.B) {
	d, err := NewDecoder(caps.Opus, 48000, 1)
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	to := make([]int16, 5760)
	packet := []byte{0xf8, 0xff, 0xfe}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(to, packet); err != nil {
			b.Fatal(err)
		}
	}
}
