package video

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// times is a part or a multiple of a time.
func times(d time.Duration, factor float64) time.Duration { return time.Duration(float64(d) * factor) }

// behindAQueue is a stream of so many frames, 30 a second, each of which comes by so much later than it was sent.
func behindAQueue(r recording, frames int, delay func(sent time.Duration) time.Duration) (packets []timed) {
	sequence, last := uint16(0), time.Duration(0)
	for n := range frames {
		// The first frame is the key frame, and the only one.
		first, end := r.frameOf(min(n, 1+(n-1)%(len(r.frames)-1)))
		sent := time.Duration(n) * time.Second / 30
		last = max(last, sent+delay(sent))
		for _, p := range r.packets[first : end+1] {
			data := slices.Clone(p.data)
			binary.BigEndian.PutUint16(data[2:], sequence)
			binary.BigEndian.PutUint32(data[4:], uint32(n)*3000)
			sequence++
			packets = append(packets, timed{last, data})
		}
	}
	return packets
}

// TestFramesBehindALastingQueueAreShown has a queue fill up on the way, stay full, and become empty. A sink that follows the
// clock has to show what comes, and the delay has to be gone in the end.
func TestFramesBehindALastingQueueAreShown(t *testing.T) {
	const frames, from = 30 * 60, 10 * time.Second
	// queue grows by rate, down to least or up to most, from 10 s on, and becomes empty at as many times that from 40 s on.
	queue := func(most time.Duration, grows, empties float64) func(time.Duration) time.Duration {
		return func(sent time.Duration) time.Duration {
			full := min(max(times(sent-from, grows), 0), most)
			return ms(20) + max(full-max(times(sent-40*time.Second, empties), 0), 0)
		}
	}
	bursts := func(delay func(time.Duration) time.Duration) func(time.Duration) time.Duration {
		return func(sent time.Duration) time.Duration {
			const every = 100 * time.Millisecond
			return (sent + delay(sent) + every - 1).Truncate(every) - sent
		}
	}
	tests := []struct {
		name   string
		delay  func(time.Duration) time.Duration
		unseen int // frames that need not be shown
	}{
		{"a second", queue(time.Second, .5, .3), 60},
		{"three seconds at once", queue(3*time.Second, 1000, .5), 60},
		{"three seconds in two", queue(3*time.Second, 1.5, .5), 150},
		{"three seconds in thirty", queue(3*time.Second, .1, .5), 60},
		{"three seconds at once, in bursts", bursts(queue(3*time.Second, 1000, .5)), 120},
		{"three seconds in two, in bursts", bursts(queue(3*time.Second, 1.5, .5)), 150},
		{"three seconds in thirty, in bursts", bursts(queue(3*time.Second, .1, .5)), 120},
		{"eight seconds, in bursts", bursts(queue(8*time.Second, .8, .8)), 250},
		{"eight seconds", queue(8*time.Second, .8, .8), 250},
		{"five seconds that become four", func(sent time.Duration) time.Duration {
			if sent < from {
				return ms(20)
			}
			return max(5*time.Second-times(sent-from, .05), 4*time.Second)
		}, 60},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := load(t, "vp8")
			synctest.Test(t, func(t *testing.T) {
				src := newSource(behindAQueue(r, frames, test.delay), io.EOF)
				v := viewer{start: src.start, latency: rtp.StartLatency}
				var all []got
				rx, err := New(Config{
					Codec: r.codec,
					Config: rtp.Config{
						Latency: rtp.Adaptive, OnLatency: v.report,
						RoundTrip: func() time.Duration { return ms(60) },
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				if err := rx.Run(t.Context(), src, func(au *AccessUnit) error {
					all = append(all, copyOf(au, src.start))
					return v.take(au)
				}); !errors.Is(err, io.EOF) {
					t.Fatal(err)
				}
				t.Logf("shown %d of %d, pause %v, latencies %v", v.shown, len(all), v.pause, v.reports)
				if len(all) != frames || v.shown < frames-test.unseen {
					t.Errorf("%d of %d frames shown, want all but %d", v.shown, len(all), test.unseen)
				}
				for i, u := range all[1:] {
					if distance := u.due - all[i].due; distance < ms(15) {
						t.Fatalf("frames %d and %d have PTS at a distance of %v", i, i+1, distance)
					}
				}
				if last := all[len(all)-1]; test.delay(time.Minute) < ms(100) && (last.due > last.at+ms(30) || last.due < last.at-v.latency) {
					t.Errorf("the last frame came at %v and has a PTS of %v", last.at, last.due)
				}
			})
		})
	}
}

// TestALateBurstDoesNotMoveTheClock has everything come late for less than a second, and what was kept back at once.
func TestALateBurstDoesNotMoveTheClock(t *testing.T) {
	for _, length := range []time.Duration{ms(700), 2 * time.Second, 5 * time.Second} {
		t.Run(length.String(), func(t *testing.T) {
			r := load(t, "vp8")
			packets := behindAQueue(r, 900, func(sent time.Duration) time.Duration {
				if sent > 10*time.Second && sent < 10*time.Second+length {
					return 10*time.Second + length - sent + ms(20)
				}
				return ms(20)
			})
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: rtp.Adaptive}}, packets)
			for i, u := range o.units {
				if off := u.due - time.Duration(i)*time.Second/30 - ms(20); off > time.Millisecond || off < -time.Millisecond {
					t.Fatalf("PTS of frame %d is off by %v", i, off)
				}
			}
		})
	}
}

// TestLatencyAllowsForTheDecoder has units wait in front of one.
func TestLatencyAllowsForTheDecoder(t *testing.T) {
	const behind = 200 * time.Millisecond
	r := load(t, "vp8")
	packets := behindAQueue(r, 300, func(time.Duration) time.Duration { return ms(20) })
	latency := time.Duration(0)
	o := play(t, Config{
		Codec:  r.codec,
		Config: rtp.Config{Latency: rtp.Adaptive, OnLatency: func(now time.Duration) { latency = now }},
		Behind: func() time.Duration { return behind },
	}, packets)
	if len(o.units) != 300 || latency < behind || latency > behind+ms(30) {
		t.Errorf("%d units, latency %v where each waits %v for the decoder", len(o.units), latency, behind)
	}
}
