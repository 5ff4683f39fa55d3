package mediaclock

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// msec is a time in milliseconds.
func msec(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

// sent is one frame of a sender, and when it arrives.
type sent struct {
	captured time.Duration
	media    time.Duration // its timestamp
	arrival  time.Duration
	key      bool
	restart  bool // it is the first of another sequence
}

// stamped is what a clock makes of it.
type stamped struct {
	sent
	Stamps
	delivered time.Duration
}

// camera sends frames for a minute, at rate, with timestamps as if it were at stampedRate, delayed by 20 ms.
func camera(rate, stampedRate float64) (all []sent) {
	for i := 0; float64(i)/rate < 60; i++ {
		at := msec(1000 * float64(i) / rate)
		all = append(all, sent{captured: at, media: msec(1000 * float64(i) / stampedRate), arrival: time.Second + at + 20*time.Millisecond, key: i == 0})
	}
	return all
}

// changed passes each frame through change.
func changed(all []sent, change func(f *sent)) []sent {
	for i := range all {
		change(&all[i])
	}
	return all
}

// inOrder lets no frame arrive before the one in front of it.
func inOrder(all []sent) []sent {
	for i := range all[1:] {
		all[i+1].arrival = max(all[i+1].arrival, all[i].arrival)
	}
	return all
}

// pausing lets the sender make no frames for a while after its timestamp has reached from. Its timestamps go on by
// stamped meanwhile.
func pausing(all []sent, from, length, stamped time.Duration) []sent {
	return changed(all, func(f *sent) {
		if f.media > from {
			f.captured += length
			f.arrival += length
			f.media += stamped
		}
	})
}

// stalled keeps all frames back for a while, and lets them go at speed times real time then; 0 is all at once.
func stalled(all []sent, from, to time.Duration, speed float64) []sent {
	free := to
	for i := range all {
		f := &all[i]
		if f.arrival < from {
			continue
		}
		if f.arrival < free {
			f.arrival = free
		} else {
			speed = 0
		}
		if speed > 0 && i+1 < len(all) {
			free = f.arrival + scale(all[i+1].media-f.media, 1/speed)
		}
	}
	return inOrder(all)
}

// bidirectional puts frames into the order in which an encoder with n B-frames gives them, one at each tick.
func bidirectional(all []sent, n int) []sent {
	var out []sent
	out = append(out, all[0])
	for i := n + 1; i < len(all); i += n + 1 {
		out = append(out, all[i])
		out = append(out, all[i-n:i]...)
	}
	for i := range out {
		if i+n < len(all) {
			out[i].arrival = all[i+n].arrival
		} else {
			out[i].arrival = out[i-1].arrival + msec(33)
		}
	}
	return out
}

// play stamps frames with a clock, as a Receiver does.
func playClock(c *Clock, all []sent, reorder int, slack time.Duration) (out []stamped) {
	const first = math.MaxUint32 - 90000*5
	for i, f := range all {
		if f.restart {
			c.Restart()
		}
		ticks := math.Round(float64(f.media) * float64(c.rate) / 1e9)
		hold := c.Observe(Sample{Timestamp: first + uint32(int64(ticks)), Key: f.key, Reorder: reorder, Begun: f.arrival, Arrival: f.arrival}, slack)
		delivered := f.arrival
		paused := false
		if hold > 0 {
			paused = i+1 == len(all) || all[i+1].arrival >= f.arrival+hold
			if paused {
				delivered += hold
			} else {
				delivered = all[i+1].arrival
			}
		}
		out = append(out, stamped{f, c.Stamp(paused), delivered})
	}
	return out
}

// shownBy returns which frames a sink shows that follows the clock, and shows none that is late by more than 20 ms. Frames
// leave the decoder in order of PTS: each when depth later ones are in it.
func shownBy(all []stamped, latency time.Duration, depth int) []bool {
	shown := make([]bool, len(all))
	var inside []int
	show := func(i int, at time.Duration) {
		shown[i] = at <= all[i].PTS+latency+20*time.Millisecond
	}
	for i, f := range all {
		inside = append(inside, i)
		slices.SortFunc(inside, func(a, b int) int { return int(all[a].PTS - all[b].PTS) })
		if len(inside) > depth {
			show(inside[0], f.delivered)
			inside = inside[1:]
		}
	}
	for _, i := range inside {
		show(i, all[len(all)-1].delivered)
	}
	return shown
}

func TestASinkShowsWhatSendersSend(t *testing.T) {
	const pause = 20 * time.Second
	random := rand.New(rand.NewPCG(1, 2))
	jitter := func(all []sent) []sent {
		return changed(all, func(f *sent) { f.arrival += time.Duration(random.Int64N(int64(msec(40)))) })
	}
	tests := []struct {
		name    string
		reorder int // as sample has it
		frames  []sent
		from    time.Duration // since when share of the frames is shown
		share   float64
		lost    int           // how many more need not be shown: those that a stall kept back
		ahead   time.Duration // by how much PTS are after the arrival at most
		uneven  time.Duration // by how much the distance of two PTS is off from the sender's at most
	}{
		{"30 fps", 0, camera(30, 30), 0, 1, 0, msec(1), msec(1)},
		{"25 fps stamped as 30", 0, camera(25, 30), 2 * time.Second, 1, 0, msec(1), msec(1)},
		{"29 fps stamped as 30", 0, camera(29, 30), 2 * time.Second, 1, 0, msec(1), msec(1)},
		{"29.7 fps stamped as 30", 0, camera(29.7, 30), 2 * time.Second, 1, 0, msec(1), msec(1)},
		{"15 fps stamped as 30", 0, camera(15, 30), 2 * time.Second, 1, 0, msec(1), msec(10)},
		{"5 fps stamped as 10", 0, camera(5, 10), 2 * time.Second, .99, 0, msec(1), msec(1)},
		{"1 fps stamped as 2", 0, camera(1, 2), 2 * time.Second, 1, 0, msec(1), msec(1)},
		{"60 fps stamped as 30", 0, camera(60, 30), 2 * time.Second, 1, 0, msec(35), msec(1)},
		{"30 fps stamped as 15", 0, camera(30, 15), 2 * time.Second, 1, 0, msec(35), msec(1)},
		{"60 fps stamped as 30, the first ones late", 0, inOrder(changed(camera(60, 30), func(f *sent) {
			f.arrival = max(f.arrival, time.Second+msec(400))
		})), 3 * time.Second, 1, 0, msec(35), msec(10)},
		{"36 fps stamped as 30", 0, camera(36, 30), 2 * time.Second, 1, 0, msec(1), msec(1)},
		{"2 fps stamped as 1", 0, camera(2, 1), 2 * time.Second, 1, 0, msec(35), msec(35)},
		{"25 fps stamped as 30, jitter", 0, inOrder(jitter(camera(25, 30))), 2 * time.Second, .99, 0, msec(10), msec(10)},
		{"29 fps stamped as 30, jitter", 0, inOrder(jitter(camera(29, 30))), 2 * time.Second, .99, 0, msec(6), msec(5)},
		{"15 fps stamped as 30, jitter", 0, inOrder(jitter(camera(15, 30))), 2 * time.Second, .99, 0, msec(10), msec(10)},
		{"60 fps stamped as 30, jitter", 0, inOrder(jitter(camera(60, 30))), 2 * time.Second, .99, 0, msec(70), msec(1)},
		{"jitter", 0, inOrder(jitter(camera(30, 30))), time.Second, 1, 0, msec(3), msec(1)},
		{"25 fps stamped as 30, from 20 s on", 0, changed(camera(30, 30), func(f *sent) {
			if f.media > pause {
				f.captured = pause + (f.media-pause)*6/5
				f.arrival = f.captured + time.Second + msec(20)
			}
		}), 0, .99, 0, msec(35), msec(100)},
		{"15 fps stamped as 30, for 10 s", 0, changed(camera(30, 30), func(f *sent) {
			f.arrival += min(max(f.media-pause, 0), 10*time.Second)
			f.captured += min(max(f.media-pause, 0), 10*time.Second)
		}), 0, .99, 0, msec(35), msec(70)},
		{"60 fps stamped as 30, for 10 s", 0, changed(camera(30, 30), func(f *sent) {
			f.arrival -= min(max(f.media-pause, 0), 10*time.Second) / 2
			f.captured -= min(max(f.media-pause, 0), 10*time.Second) / 2
		}), 0, .99, 0, msec(55), msec(95)},
		{"pause of 8 s", 0, pausing(camera(30, 30), pause, 8*time.Second, 8*time.Second), 0, 1, 0, msec(1), msec(1)},
		{"pause of 8 s, timestamps too", 0, pausing(camera(30, 30), pause, 8*time.Second, 0), 0, 1, 0, msec(1), msec(1)},
		{"pause of 8 s, timestamps for 3 s", 0, pausing(camera(30, 30), pause, 8*time.Second, 5*time.Second), 0, 1, 0, msec(1), msec(1)},
		{"pauses of 150 ms, timestamps too", 0, changed(camera(30, 30), func(f *sent) {
			f.captured += f.media / (5 * time.Second) * msec(150)
			f.arrival = f.captured + time.Second + msec(20)
		}), 0, 1, 0, msec(1), msec(1)},
		{"pause of 8 s, timestamps too, 25 fps stamped as 30", 0, pausing(camera(25, 30), pause, 8*time.Second, 0), 2 * time.Second, 1, 0, msec(1), msec(1)},
		{"pause of 8 s, 25 fps stamped as 30", 0, pausing(camera(25, 30), pause, 8*time.Second, 8*time.Second), 2 * time.Second, 1, 0, msec(1), msec(10)},
		{"pause of 8 s, timestamps too, 1 fps", 0, pausing(camera(1, 1), pause, 8*time.Second, 0), 0, 1, 0, msec(1), msec(1)},
		{"stall of 3 s", 0, stalled(camera(30, 30), pause, pause+3*time.Second, 0), 0, 1, 90, msec(1), msec(1)},
		{"stall of 3 s, then 1.3x", 0, stalled(camera(30, 30), pause, pause+3*time.Second, 1.3), 0, .99, 0, msec(35), msec(3280)},
		{"stall of 3 s, then 1.9x", 0, stalled(camera(30, 30), pause, pause+3*time.Second, 1.9), 0, .99, 0, msec(35), msec(3280)},
		{"stall of 3 s, then 4x", 0, stalled(camera(30, 30), pause, pause+3*time.Second, 4), 0, 1, 120, msec(1), msec(1)},
		{"stall of 3 s, 1 fps", 0, stalled(camera(1, 1), pause, pause+3*time.Second, 0), 0, 1, 3, msec(1), msec(1)},
		{"stall of 3 s, 25 fps stamped as 30", 0, stalled(camera(25, 30), pause, pause+3*time.Second, 0), 2 * time.Second, 1, 75, msec(1), msec(1)},
		{"sender starts anew", 0, changed(camera(30, 30), func(f *sent) {
			if f.media > pause {
				f.restart = f.media < pause+msec(34)
				f.captured += 2 * time.Second
				f.arrival += 2 * time.Second
				f.media -= 7 * time.Second
			}
		}), 0, 1, 0, msec(1), msec(1)},
		{"timestamps start anew", 0, changed(camera(30, 30), func(f *sent) {
			if f.media > pause {
				f.media -= 7 * time.Second
			}
		}), 0, 1, 0, msec(1), msec(1)},
		{"a queue of 1 s that builds up and drains", 0, inOrder(changed(camera(30, 30), func(f *sent) {
			f.arrival += max(0, min(f.media-pause, pause+5*time.Second-f.media)*2/5)
		})), 0, .99, 0, msec(140), msec(110)},
		{"200 ppm", 0, changed(camera(30, 30), func(f *sent) { f.media += f.media / 5000 }), 0, 1, 0, msec(1), msec(1)},
		{"2 B-frames", UnknownReorder, bidirectional(camera(30, 30), 2), time.Second, 1, 0, msec(115), msec(1)},
		{"2 B-frames, which the stream says", 1, bidirectional(camera(30, 30), 2), 0, 1, 0, msec(115), msec(1)},
		{"3 B-frames, 25 fps stamped as 30", UnknownReorder, bidirectional(camera(25, 30), 3), 2 * time.Second, 1, 0, msec(180), msec(1)},
		{"2 B-frames, stall of 3 s", UnknownReorder, stalled(bidirectional(camera(30, 30), 2), pause, pause+3*time.Second, 0), time.Second, 1, 92, msec(115), msec(1)},
		{"2 B-frames, pause of 8 s, timestamps too", UnknownReorder, pausing(bidirectional(camera(30, 30), 2), pause, 8*time.Second, 0), time.Second, 1, 1, msec(115), msec(1)},
		{"2 B-frames, pause of 8 s", UnknownReorder, pausing(bidirectional(camera(30, 30), 2), pause, 8*time.Second, 8*time.Second), time.Second, 1, 1, msec(115), msec(1)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const latency = 60 * time.Millisecond
			var c Clock
			c.Reset(90000)
			all := playClock(&c, test.frames, test.reorder, latency)
			n, shown := 0, 0
			for i, s := range shownBy(all, latency, max(test.reorder, -test.reorder)) {
				if all[i].arrival >= all[0].arrival+test.from {
					n++
					if s {
						shown++
					}
				}
			}
			if least := int(math.Ceil(float64(n)*test.share)) - test.lost; shown < least {
				t.Errorf("%d of %d frames shown, want %d", shown, n, least)
			}
			checkStamps(t, all, test.from)
			ahead, uneven := roughness(all, test.from)
			if ahead > test.ahead || uneven > test.uneven {
				t.Errorf("PTS are up to %v after the arrival and at uneven distances by %v, want %v and %v", ahead, uneven, test.ahead, test.uneven)
			}
		})
	}
}

// checkStamps fails the test unless PTS are in order of capture and no nearer than half the distance then, and DTS rise
// and do not come after them.
func checkStamps(t *testing.T, all []stamped, from time.Duration) {
	t.Helper()
	dts := time.Duration(-1)
	for i, f := range all {
		if f.DTS <= dts || f.DTS > f.PTS && f.captured > from {
			t.Fatalf("frame %d: DTS %v after %v, PTS %v", i, f.DTS, dts, f.PTS)
		}
		dts = f.DTS
	}
	shown := inOrderOfPTS(all)
	for i, f := range shown[1:] {
		if f.captured <= shown[i].captured {
			t.Fatalf("the frame captured at %v is shown after the one of %v", f.captured, shown[i].captured)
		}
		if distance, real := f.PTS-shown[i].PTS, f.captured-shown[i].captured; f.captured > from && distance < real/2-time.Millisecond {
			t.Fatalf("frames captured at %v and %v have PTS at a distance of %v", shown[i].captured, f.captured, distance)
		}
	}
}

// roughness returns by how much PTS are after the arrival at most, and by how much the distance of two is off.
func roughness(all []stamped, from time.Duration) (ahead, uneven time.Duration) {
	shown := inOrderOfPTS(all)
	for i, f := range shown[1:] {
		if f.captured > from {
			off := f.PTS - shown[i].PTS - (f.captured - shown[i].captured)
			ahead, uneven = max(ahead, f.PTS-f.arrival), max(uneven, off, -off)
		}
	}
	return ahead, uneven
}

func inOrderOfPTS(all []stamped) []stamped {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b stamped) int { return cmp.Compare(a.PTS, b.PTS) })
	return sorted
}
