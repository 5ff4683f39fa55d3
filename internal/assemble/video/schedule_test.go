package video

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// later delays the packets from the frame first on.
func (r recording) later(first int, by func(at time.Duration) time.Duration) recording {
	start, _ := r.frameOf(first)
	from := r.packets[start].timestamp()
	return r.edited(func(_ int, p *timed) {
		if int32(p.timestamp()-from) >= 0 {
			p.at += by(p.at)
		}
	}).with()
}

func TestAPauseEndsWithTheFirstFrame(t *testing.T) {
	for _, known := range recordings {
		t.Run(known.name, func(t *testing.T) {
			const pause = 8 * time.Second
			r := load(t, known.name).later(20, func(time.Duration) time.Duration { return pause })
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.packets)
			o.checkFrames(t, r, span(0, 59))
			for i, u := range o.units {
				_, last := r.frameOf(i)
				arrival := r.packets[last].at
				if d := u.due - arrival; d < -time.Millisecond || d > time.Millisecond {
					t.Errorf("frame %d due %v, arrived %v", i, u.due, arrival)
				}
				if d := u.at - arrival; d < 0 || d > mediaclock.MaxHold || d > 0 && i != 20 {
					t.Errorf("frame %d delivered %v after its arrival", i, d)
				}
				if !u.DTS.Equal(u.PTS) {
					t.Errorf("frame %d is decoded at %v and shown at %v", i, u.DTS, u.PTS)
				}
			}
		})
	}
}

func TestABurstBehindAStallKeepsItsDistances(t *testing.T) {
	for _, known := range recordings {
		for name, unmarked := range map[string]bool{"plain": false, "without markers": true} {
			t.Run(known.name+"/"+name, func(t *testing.T) {
				r := load(t, known.name)
				first, _ := r.frameOf(20)
				end := r.packets[first].at + 900*time.Millisecond
				r = r.later(20, func(at time.Duration) time.Duration { return max(end-at, 0) })
				if unmarked {
					r = r.edited(func(i int, p *timed) {
						if i < len(r.packets)-1 {
							p.data[1] &= 0x7f
						}
					})
				}
				o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.packets)
				o.checkFrames(t, r, span(0, 59))
				for i, u := range o.units {
					want := firstArrival + time.Duration(i)*time.Second/30
					if d := u.due - want; d < -time.Millisecond || d > time.Millisecond {
						t.Errorf("frame %d due %v, want %v", i, u.due, want)
					}
					if u.at > max(end, want+time.Second/30+time.Millisecond) {
						t.Errorf("frame %d delivered at %v", i, u.at)
					}
				}
			})
		}
	}
}

func TestAHeldFrameIsNotLost(t *testing.T) {
	r := load(t, "h264")
	_, cut := r.frameOf(20)
	r = r.later(20, func(time.Duration) time.Duration { return 8 * time.Second })
	r.packets = r.packets[:cut+1]
	t.Run("at the end", func(t *testing.T) {
		o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.packets)
		o.checkFrames(t, r, span(0, 20))
	})
	t.Run("when the sender starts anew", func(t *testing.T) {
		again := load(t, "h264").renumbered(40000, 7).edited(func(_ int, p *timed) {
			p.at += r.packets[cut].at + time.Millisecond - firstArrival
		})
		o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.with(again.packets...).packets)
		o.checkFrames(t, r, append(span(0, 20), span(0, 59)...))
	})
}
