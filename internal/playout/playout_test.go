package playout

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/sound"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testtone"
)

// loud is a code of PCMU that is no silence: its sample is 32124.
const loud = 0x80

func forms(t *testing.T, f func(t *testing.T, decoded bool)) {
	t.Helper()
	for _, decoded := range []bool{true, false} {
		t.Run(map[bool]string{true: "samples", false: "packets"}[decoded], func(t *testing.T) { f(t, decoded) })
	}
}

func TestUndisturbedSoundIsPassedOn(t *testing.T) {
	forms(t, func(t *testing.T, decoded bool) {
		s := simulate(t, Always, decoded)
		s.run(0, 500, loud)
		if len(s.pieces) != 500 || s.made(Sound) != 10*time.Second || s.discont != 1 || s.worst > 0 {
			t.Errorf("%d pieces, %v of sound, %d discontinuities, up to %v off", len(s.pieces), s.made(Sound), s.discont, s.worst)
		}
		if decoded && (len(s.samples) != 80000 || s.samples[0] != 32124) {
			t.Errorf("%d samples, the first is %d", len(s.samples), s.samples[0])
		}
		// A read deadline costs more than a packet.
		if s.deadline > 150 {
			t.Errorf("the deadline changed %d times in 500 packets", s.deadline)
		}
	})
}

func TestLossIsConcealed(t *testing.T) {
	forms(t, func(t *testing.T, decoded bool) {
		s := simulate(t, Always, decoded)
		s.run(0, 50, loud)
		s.until(ms(1080)) // 4 frames are lost; the next one is there before they are given up
		f := frame(54, loud)
		f.Missing = true
		s.play(f, 54*tick)
		s.run(55, 100, loud)
		if s.made(Concealed) != ms(80) || s.made(Silent) != 0 || s.end != 2*time.Second {
			t.Errorf("concealed %v, silent %v, the end is %v, want 80 ms, 0, 2 s", s.made(Concealed), s.made(Silent), s.end)
		}
	})
}

// TestStallIsFilled has nothing arrive for 400 ms, and then all at once.
func TestStallIsFilled(t *testing.T) {
	forms(t, func(t *testing.T, decoded bool) {
		s := simulate(t, Always, decoded)
		s.run(0, 50, loud)
		s.until(ms(1400))
		for n := 50; n < 70; n++ {
			s.play(frame(n, loud), time.Duration(n)*tick)
		}
		s.run(70, 100, loud)
		if s.made(Concealed) != maxConcealed || s.made(Silent) == 0 || s.timeline.Stats().Late == 0 {
			t.Errorf("concealed %v, silent %v, %d late", s.made(Concealed), s.made(Silent), s.timeline.Stats().Late)
		}
		if off := s.end - 2*time.Second; off.Abs() > 2*near {
			t.Errorf("it ends at %v, want about 2 s", s.end)
		}
	})
}

func TestMuteIsSilent(t *testing.T) {
	forms(t, func(t *testing.T, decoded bool) {
		s := simulate(t, Always, decoded)
		s.run(0, 50, loud)
		s.muted = true
		s.until(5993 * time.Millisecond)
		wakeUps := s.deadline
		s.muted = false
		// The publisher's clock went on: the next frame is due now, which is no multiple of a packet's length.
		for n := range 50 {
			f := frame(1000+n, loud)
			s.until(ms(5993) + time.Duration(n)*tick)
			s.play(f, ms(5993)+time.Duration(n)*tick)
		}
		if s.made(Concealed) != 0 || (s.made(Silent)-ms(4993)).Abs() > ms(1) {
			t.Errorf("concealed %v, silent %v, want 0 and 4.993 s", s.made(Concealed), s.made(Silent))
		}
		if (s.end - ms(6993)).Abs() > ms(3) {
			t.Errorf("it ends at %v, want 6.993 s", s.end)
		}
		if wakeUps > 130 {
			t.Errorf("it woke up %d times in 5 s", wakeUps)
		}
	})
}

// TestDTX plays what a publisher with DTX sends in silence: a packet each 400 ms.
func TestDTX(t *testing.T) {
	forms(t, func(t *testing.T, decoded bool) {
		s := simulate(t, Always, decoded)
		s.run(0, 50, loud)
		for n := 50; n < 250; n += 20 {
			f := frame(n, 0xff)
			f.Silent = true
			s.until(time.Duration(n) * tick)
			s.play(f, time.Duration(n)*tick)
		}
		s.run(250, 300, loud)
		if s.made(Concealed) != 0 || s.end != 6*time.Second || s.timeline.Stats().Late != 0 {
			t.Errorf("concealed %v, %d late, the end is %v, want 0, 0, 6 s", s.made(Concealed), s.timeline.Stats().Late, s.end)
		}
	})
}

func TestSilenceThatNobodyWants(t *testing.T) {
	for _, test := range []struct {
		silence Silence
		gap     time.Duration
	}{{None, 0}, {Gaps, 4 * time.Second}} {
		forms(t, func(t *testing.T, decoded bool) {
			s := simulate(t, test.silence, decoded)
			s.run(0, 50, loud)
			s.muted = true
			s.until(5 * time.Second)
			s.muted = false
			s.run(250, 300, loud)
			if s.made(Silent) != 0 || s.made(Concealed) != 0 || (s.made(Gap)-test.gap).Abs() > ms(1) || s.discont != 2 {
				t.Errorf("silent %v, concealed %v, gaps %v, %d discontinuities", s.made(Silent), s.made(Concealed), s.made(Gap), s.discont)
			}
			if first := s.pieces[len(s.pieces)-50]; first.Kind != Sound || (first.PTS-5*time.Second).Abs() > ms(1) {
				t.Errorf("it goes on with %v at %v", first.Kind, first.PTS)
			}
		})
	}
}

func TestSilenceBeforeTheFirstFrame(t *testing.T) {
	s := simulate(t, Always, true)
	s.timeline.SetOffset(ms(-300)) // the pipeline began then
	s.now = ms(1300)
	s.timeline.Begin(ms(300))
	s.until(ms(10_300))
	if s.pieces[0].PTS != 0 || s.made(Silent) < ms(9800) {
		t.Errorf("it begins at %v with %v of silence", s.pieces[0].PTS, s.made(Silent))
	}
	s.run(520, 600, loud)
	if (s.end - ms(11_700)).Abs() > ms(1) {
		t.Errorf("it ends at %v, want 11.7 s", s.end)
	}
}

func TestFramesFromBeforeTheBeginningAreDropped(t *testing.T) {
	s := simulate(t, Always, true)
	s.timeline.SetOffset(ms(-100))
	s.run(0, 50, loud)
	if s.pieces[0].PTS != 0 || len(s.pieces) != 45 {
		t.Errorf("%d pieces from %v on", len(s.pieces), s.pieces[0].PTS)
	}
}

// TestDriftIsFollowed has the publisher's clock run 200 ppm too fast or too slow for ten minutes.
func TestDriftIsFollowed(t *testing.T) {
	for _, ppm := range []int{-200, 200} {
		forms(t, func(t *testing.T, decoded bool) {
			s := simulate(t, Always, decoded)
			for n := range 30_000 {
				due := time.Duration(n)*tick + time.Duration(n)*tick*time.Duration(ppm)/1_000_000
				s.until(due)
				s.play(frame(n, loud), due)
			}
			if s.worst > near+ms(1) || s.discont != 1 || s.made(Silent)+s.made(Concealed) != 0 {
				t.Errorf("up to %v off, %d discontinuities, %v made up", s.worst, s.discont, s.made(Silent)+s.made(Concealed))
			}
		})
	}
}

// TestStepsAreFollowed moves the times of the frames, as the synchronization with a picture does.
func TestStepsAreFollowed(t *testing.T) {
	for _, step := range []time.Duration{ms(200), ms(80), ms(30), ms(4), ms(-4), ms(-30), ms(-60)} {
		forms(t, func(t *testing.T, decoded bool) {
			s := simulate(t, Always, decoded)
			s.run(0, 300, loud)
			for n := 300; n < 1000; n++ {
				s.until(time.Duration(n) * tick)
				s.play(frame(n, loud), time.Duration(n)*tick+step)
			}
			if off := s.end - 20*time.Second - step; off.Abs() > near+ms(1) {
				t.Errorf("step of %v: it ends %v off", step, off)
			}
			if s.discont != 1 {
				t.Errorf("step of %v: %d discontinuities", step, s.discont)
			}
		})
	}
}

// TestMovesKeepThePitch moves the times of a tone's frames, and listens to what comes of it.
func TestMovesKeepThePitch(t *testing.T) {
	packets := testtone.Encode(t, "", 1)
	for _, step := range []time.Duration{ms(40), ms(10), ms(-10), ms(-40)} {
		s := simulate(t, Always, true)
		d, err := sound.NewDecoder(caps.Opus, 48000, 1)
		if err != nil {
			t.Fatal(err)
		}
		s.rate = 48000
		s.timeline.SetDecoder(caps.Opus, d)
		for n := range 200 {
			s.until(time.Duration(n) * tick)
			f := frame(n*6, loud)
			f.Data = packets[n%len(packets)]
			due := time.Duration(n) * tick
			if n >= 50 {
				due += step
			}
			s.play(f, due)
		}
		if off := s.end - 4*time.Second - step; off.Abs() > settled {
			t.Errorf("step of %v: it ends %v off", step, off)
		}
		heard := s.samples[48000/2:]
		if hertz := testtone.Frequency(heard, 48000); math.Abs(hertz-testtone.Hertz) > testtone.Hertz*0.001 {
			t.Errorf("step of %v: the tone has %v Hz", step, hertz)
		}
		steepest := testtone.Volume * 32768 * 2 * math.Pi * testtone.Hertz / 48000
		for i := 1; i < len(heard); i++ {
			if d := math.Abs(float64(heard[i]) - float64(heard[i-1])); d > steepest*1.3 {
				t.Fatalf("step of %v: sample %d is %d, and the one before it %d", step, i, heard[i], heard[i-1])
			}
		}
	}
}

func TestSingleGlitchOfAClockMovesNothing(t *testing.T) {
	s := simulate(t, Always, true)
	s.run(0, 300, loud)
	for n := 300; n < 600; n++ {
		s.until(time.Duration(n) * tick)
		off := time.Duration(0)
		if n%50 == 0 {
			off = ms(70)
		}
		s.play(frame(n, loud), time.Duration(n)*tick+off)
	}
	if s.end != 12*time.Second || s.made(Silent)+s.made(Concealed) != 0 {
		t.Errorf("it ends at %v with %v made up", s.end, s.made(Silent)+s.made(Concealed))
	}
}

func TestNoClickWhereSilenceBeginsAndEnds(t *testing.T) {
	s := simulate(t, Always, true)
	s.run(0, 50, loud)
	s.muted = true
	s.until(2 * time.Second)
	s.muted = false
	s.run(100, 150, loud)
	for i := 1; i < len(s.samples); i++ {
		// 2.5 ms have 20 samples here.
		if d := int(s.samples[i]) - int(s.samples[i-1]); d > 32124/15 || d < -32124/15 {
			t.Fatalf("sample %d is %d, and the one before it %d", i, s.samples[i], s.samples[i-1])
		}
	}
}

// TestSoundBehindALostPacketOfSilenceIsPlayed has the last packet of a silence missing. It is waited for until its time is over,
// and those that are behind it are given then.
func TestSoundBehindALostPacketOfSilenceIsPlayed(t *testing.T) {
	forms(t, func(t *testing.T, decoded bool) {
		s := simulate(t, Always, decoded)
		const missing = 99
		for n := range missing {
			s.until(time.Duration(n) * tick)
			f := frame(n, 0xff)
			f.Silent = true
			s.play(f, time.Duration(n)*tick)
		}
		s.until((missing + 1) * tick) // when the next packet comes
		s.waiting = true
		s.until(missing*tick + s.timeline.patience())
		s.waiting = false
		sound := s.made(Sound)
		for n := missing + 1; n < missing+10; n++ {
			f := frame(n, loud)
			f.Missing = n == missing+1
			s.play(f, time.Duration(n)*tick)
		}
		if heard := s.made(Sound) - sound; heard != 9*tick {
			t.Errorf("%v of %v were heard", heard, 9*tick)
		}
	})
}

func TestSuspendedComputerIsNotFilled(t *testing.T) {
	s := simulate(t, Always, true)
	s.run(0, 50, loud)
	s.now = time.Hour
	if err := s.timeline.Tick(s.now, false); err != nil {
		t.Fatal(err)
	}
	if s.made(Silent) > time.Second || s.discont != 2 {
		t.Errorf("%v of silence, %d discontinuities", s.made(Silent), s.discont)
	}
	n := int(time.Hour / tick)
	s.run(n, n+50, loud)
	if (s.end - time.Hour - time.Second).Abs() > ms(1) {
		t.Errorf("it ends at %v", s.end)
	}
}

// TestAnythingMayHappen checks what simulation checks, on networks and publishers of every kind.
func TestAnythingMayHappen(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 14))
			s := simulate(t, Silence(random.IntN(3)), random.IntN(2) == 0)
			var missing bool
			shift := time.Duration(0)
			for n := 0; n < 2000; n++ {
				switch random.IntN(100) {
				case 0, 1, 2, 3, 4:
					missing = true
					continue
				case 5: // the network stands still
					s.until(time.Duration(n)*tick + time.Duration(random.IntN(1000))*time.Millisecond)
				case 6: // a mute
					s.muted = true
					n += random.IntN(500)
					s.until(time.Duration(n) * tick)
					s.muted = false
				case 7: // a step of some clock
					shift += time.Duration(random.IntN(300)-150) * time.Millisecond
				case 8:
					s.timeline.SetOffset(s.timeline.offset + time.Duration(random.IntN(300)-150)*time.Millisecond)
				case 9:
					s.timeline.SetLatency(latency)
				}
				jitter := time.Duration(random.IntN(30)) * time.Millisecond
				s.until(time.Duration(n)*tick + jitter)
				f := frame(n, loud)
				f.Missing, missing = missing, false
				f.Silent = random.IntN(50) == 0
				s.play(f, time.Duration(n)*tick+shift)
			}
		})
	}
}
