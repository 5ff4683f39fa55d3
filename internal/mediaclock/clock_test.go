package mediaclock

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// frameAt is one frame as a sender makes it and a network delivers it.
type frameAt struct {
	timestamp uint32
	captured  time.Duration // on our clock
	arrival   time.Duration
}

// sender makes frames at 30 per second for some time, from a clock that runs off by ppm, and delays each as delay says.
func sender(length time.Duration, ppm float64, first uint32, delay func(i int, captured time.Duration) time.Duration) (all []frameAt) {
	for i := 0; ; i++ {
		captured := time.Duration(i)*time.Second/30 + time.Second
		if captured > length {
			return all
		}
		ticks := math.Round(float64(captured-time.Second) * (1 + ppm/1e6) * 90000 / 1e9)
		f := frameAt{timestamp: first + uint32(int64(ticks)), captured: captured}
		f.arrival = captured + delay(i, captured)
		if n := len(all); n > 0 {
			f.arrival = max(f.arrival, all[n-1].arrival)
		}
		all = append(all, f)
	}
}

// ptsOf shows the clock the next one of all frames, as a Receiver does.
func ptsOf(c *Clock, all []frameAt, i int) time.Duration {
	f := all[i]
	hold := c.Observe(Sample{Timestamp: f.timestamp, Begun: f.arrival, Arrival: f.arrival}, latency)
	return c.Stamp(hold > 0 && (i+1 == len(all) || all[i+1].arrival >= f.arrival+hold)).PTS
}

// constantly is a delay without jitter.
func constantly(d time.Duration) func(int, time.Duration) time.Duration {
	return func(int, time.Duration) time.Duration { return d }
}

func TestPTSFollowsTheSendersClock(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	jittery := func(int, time.Duration) time.Duration {
		return 20*time.Millisecond + time.Duration(random.ExpFloat64()*float64(8*time.Millisecond))
	}
	tests := []struct {
		name     string
		ppm      float64
		length   time.Duration
		delay    func(i int, captured time.Duration) time.Duration
		settled  time.Duration // from when on within is asked for
		within   time.Duration // of the capture time plus the smallest delay
		smallest time.Duration
		step     time.Duration // by how much the distance of two PTS may differ from 1/30 s, once settled
	}{
		{"perfect", 0, 20 * time.Second, constantly(20 * time.Millisecond), 0, time.Microsecond, 20 * time.Millisecond, 50 * time.Microsecond},
		{"sender fast by 200 ppm", 200, 10 * time.Minute, constantly(20 * time.Millisecond), 0, 3 * time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"sender slow by 200 ppm", -200, 10 * time.Minute, constantly(20 * time.Millisecond), 0, 3 * time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"jitter", 0, time.Minute, jittery, 10 * time.Second, 2 * time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"jitter and 200 ppm", 200, 10 * time.Minute, jittery, 10 * time.Second, 4 * time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"jitter and -200 ppm", -200, 10 * time.Minute, jittery, 10 * time.Second, 4 * time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"first late by 300 ms", 0, 20 * time.Second, func(i int, _ time.Duration) time.Duration {
			if i == 0 {
				return 320 * time.Millisecond
			}
			return 20 * time.Millisecond
		}, 12 * time.Second, time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"first second in one burst", 0, 30 * time.Second, func(_ int, captured time.Duration) time.Duration {
			return max(20*time.Millisecond, 2*time.Second-captured)
		}, 20 * time.Second, time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"delay of 20 ms becomes 220 ms", 0, time.Minute, func(_ int, captured time.Duration) time.Duration {
			if captured > 30*time.Second {
				return 220 * time.Millisecond
			}
			return 20 * time.Millisecond
		}, 46 * time.Second, time.Millisecond, 220 * time.Millisecond, time.Millisecond},
		{"delay of 220 ms becomes 20 ms", 0, time.Minute, func(_ int, captured time.Duration) time.Duration {
			if captured < 30*time.Second {
				return 220 * time.Millisecond
			}
			return 20 * time.Millisecond
		}, 42 * time.Second, time.Millisecond, 20 * time.Millisecond, time.Millisecond},
		{"stall of 4 s, then all at once", 0, time.Minute, func(_ int, captured time.Duration) time.Duration {
			if captured > 30*time.Second && captured < 34*time.Second {
				return 34*time.Second - captured + 20*time.Millisecond
			}
			return 20 * time.Millisecond
		}, 0, time.Millisecond, 20 * time.Millisecond, time.Millisecond},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Clock{rate: 90000}
			var last time.Duration
			worst := time.Duration(0)
			frames := sender(test.length, test.ppm, math.MaxUint32-1000000, test.delay)
			for i, f := range frames {
				pts := ptsOf(&c, frames, i)
				if i > 0 && pts <= last {
					t.Fatalf("frame %d: PTS %v after %v", i, pts, last)
				}
				if f.captured >= test.settled {
					off := pts - f.captured - test.smallest
					if max(off, -off) > max(worst, -worst) {
						worst = off
					}
					if d := pts - last - time.Second/30; i > 0 && (d > test.step || d < -test.step) {
						t.Fatalf("frame %d at %v: PTS step is off by %v", i, f.captured, d)
					}
				}
				last = pts
			}
			if max(worst, -worst) > test.within {
				t.Errorf("PTS is off by %v, want within %v", worst, test.within)
			}
		})
	}
}

func TestPTSFollowsAFewFrames(t *testing.T) {
	for _, ppm := range []float64{200, -200} {
		c := Clock{rate: 90000}
		var frames []frameAt
		for i, f := range sender(30*time.Minute, ppm, 5, constantly(20*time.Millisecond)) {
			if i%60 == 0 { // one frame in 2 s, as of a shared screen
				frames = append(frames, f)
			}
		}
		for i, f := range frames {
			if off := ptsOf(&c, frames, i) - f.arrival; off < -20*time.Millisecond || off > 20*time.Millisecond {
				t.Fatalf("%v ppm, frame at %v: PTS is off by %v", ppm, f.captured, off)
			}
		}
	}
}

func TestPTSResynchronizesAfterAJump(t *testing.T) {
	tests := []struct {
		name  string
		jump  time.Duration // of the timestamps, at half time
		pause time.Duration // of the sender, likewise
	}{
		{"timestamps leap ahead", 30 * time.Second, 0},
		{"timestamps fall back", -30 * time.Second, 0},
		{"sender pauses and its timestamps do not", 30 * time.Second, 5 * time.Second},
		{"its timestamps pause too", 0, 30 * time.Second},
		{"timestamps start anew", -7 * time.Hour, time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Clock{rate: 90000}
			last := time.Duration(-1)
			frames := sender(40*time.Second, 0, 5, constantly(20*time.Millisecond))
			for i := range frames {
				if f := &frames[i]; f.captured > 20*time.Second {
					f.timestamp += uint32(int64(test.jump/time.Microsecond) * 9 / 100)
					f.arrival += test.pause
				}
			}
			for i, f := range frames {
				pts := ptsOf(&c, frames, i)
				if pts <= last {
					t.Fatalf("frame %d: PTS %v after %v", i, pts, last)
				}
				if off := f.arrival - pts; f.captured > 21*time.Second && (off < -time.Microsecond || off > time.Microsecond) {
					t.Fatalf("frame %d: PTS %v, arrival %v", i, pts, f.arrival)
				}
				last = pts
			}
		})
	}
}

func TestTimestampUnwraps(t *testing.T) {
	c := Clock{rate: 90000}
	timestamp := uint32(math.MaxUint32 - 90000*3)
	first := ptsOf(&c, []frameAt{{timestamp: timestamp}}, 0)
	// Three times round, a minute at a time; arrival agrees.
	for i := 1; i < 3*795; i++ {
		timestamp += 90000 * 60
		want := time.Duration(i) * time.Minute
		if d := ptsOf(&c, []frameAt{{timestamp: timestamp, arrival: want}}, 0) - first - want; d != 0 {
			t.Fatalf("after %d minutes PTS is off by %v", i, d)
		}
	}
}

func TestEqualTimestampsGetDistinctPTS(t *testing.T) {
	c := Clock{rate: 90000}
	twice := []frameAt{{timestamp: 7, arrival: time.Second}, {timestamp: 7, arrival: time.Second}}
	a, b := ptsOf(&c, twice, 0), ptsOf(&c, twice, 1)
	if b <= a || b-a > time.Millisecond {
		t.Errorf("PTS %v, then %v", a, b)
	}
}
