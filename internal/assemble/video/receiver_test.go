package video

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

const latency = 100 * time.Millisecond

func TestAccessUnitsAreTheEncodersFramesAtOnce(t *testing.T) {
	for _, known := range recordings {
		t.Run(known.name, func(t *testing.T) {
			r := load(t, known.name)
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.packets)
			o.checkFrames(t, r, span(0, 59))
			if !errors.Is(o.err, io.EOF) {
				t.Errorf("Run returned %v, want EOF", o.err)
			}
			for i, u := range o.units {
				_, last := r.frameOf(i)
				p := r.packets[last]
				if u.at != p.at {
					t.Errorf("frame %d delivered at %v, its last packet came at %v", i, u.at, p.at)
				}
				if u.RTPTimestamp != p.timestamp() || u.KeyFrame != (i == 0 || i == 30) || u.Discont || u.Metadata != nil {
					t.Errorf("frame %d: %+v", i, u.AccessUnit)
				}
				if d := u.due - p.at; d < -time.Millisecond || d > time.Millisecond {
					t.Errorf("frame %d due %v, arrived %v", i, u.due, p.at)
				}
			}
			s := o.stats
			if s.Packets != uint64(len(r.packets)) || s.AccessUnits != 60 || s.KeyFrames != 2 || s.Dropped+s.Lost+s.Late+s.Reordered+s.Duplicates != 0 {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// harmless are damages that leave nothing missing.
func harmless(r recording) map[string]recording {
	all := map[string]recording{
		"sequence number wraps": r.renumbered(65500, 90000),
		"timestamp wraps":       r.renumbered(1000, 1<<32-30*3000),
		"both wrap":             r.renumbered(65535, 1<<32-1),
		"every packet twice":    r.with(r.packets...),
		"each resent 50 ms later": r.with(r.edited(func(_ int, p *timed) {
			p.at += 50 * time.Millisecond
		}).packets...),
		"every third 40 ms late": r.edited(func(i int, p *timed) {
			if i%3 == 2 {
				p.at += 40 * time.Millisecond
			}
		}).with(),
		"pairs swapped": r.edited(func(i int, p *timed) {
			if i > 0 && i%2 == 1 {
				p.at += time.Millisecond
			}
		}).with(),
		"P bit with payload": r.edited(func(i int, p *timed) {
			p.data[0] |= 0x20
			p.data = append(p.data, make([]byte, i%7)...)
			p.data = append(p.data, byte(i%7+1))
		}),
		"header extension and CSRC": r.edited(func(_ int, p *timed) {
			p.data[0] |= 0x12
			p.data = slices.Insert(p.data, 12, 0, 0, 0, 1, 0, 0, 0, 2, 0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0)
		}),
		"no marker but the last": r.edited(func(i int, p *timed) {
			if i < len(r.packets)-1 {
				p.data[1] &= 0x7f
			}
		}),
	}
	for _, form := range paddingForms {
		all["padding packets: "+form.name] = r.padded(form.make)
	}
	return all
}

func TestHarmlessDamageIsRepaired(t *testing.T) {
	for _, known := range recordings {
		r := load(t, known.name)
		for name, damaged := range harmless(r) {
			t.Run(known.name+"/"+name, func(t *testing.T) {
				o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, damaged.packets)
				o.checkFrames(t, r, span(0, 59))
				for i, u := range o.units {
					if u.Discont {
						t.Errorf("frame %d is a discontinuity", i)
					}
				}
				if s := o.stats; s.Lost+s.Late+s.Dropped+s.Malformed != 0 {
					t.Errorf("stats %+v", s)
				}
			})
		}
	}
}

func TestDuplicatesPaddingAndOrderAreCounted(t *testing.T) {
	r := load(t, "vp8")
	n := uint64(len(r.packets))
	damages := harmless(r)
	if s := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, damages["every packet twice"].packets).stats; s.Duplicates != n || s.Packets != 2*n {
		t.Errorf("every packet twice: %+v", s)
	}
	if s := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, damages["each resent 50 ms later"].packets).stats; s.Duplicates != n || s.Reordered != 0 {
		t.Errorf("each resent: %+v", s)
	}
	if s := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, damages["every third 40 ms late"].packets).stats; s.Reordered == 0 || s.Recovered != s.Reordered {
		t.Errorf("every third late: %+v", s)
	}
	if s := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, damages["padding packets: no payload"].packets).stats; s.Padding != 60 {
		t.Errorf("padding: %+v", s)
	}
}

// TestPaddingBehindAGapIsCountedAsSuch has nothing but padding come, of which the first packet may have overtaken others.
func TestPaddingBehindAGapIsCountedAsSuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		rx, err := New(Config{Codec: caps.VP8, Config: rtp.Config{Latency: time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(ms(100), func() {
			if s := rx.Stats(); s.Packets != 2 || s.Padding != 2 {
				t.Errorf("%d packets, %d of them padding", s.Packets, s.Padding)
			}
			cancel()
		})
		like := load(t, "vp8").packets[0].data
		_ = rx.Run(ctx, newSource([]timed{{ms(1), packetWith(like, 1, false, nil)}, {ms(50), packetWith(like, 3, false, nil)}}, nil),
			func(*AccessUnit) error { return nil })
	})
}

func TestLossDropsUpToTheNextKeyFrame(t *testing.T) {
	for _, known := range recordings {
		r := load(t, known.name)
		first, last := r.frameOf(10)
		for _, lost := range [][]int{{first}, {last}, span(first, last), {first, last + 2, last + 5}} {
			t.Run(known.name, func(t *testing.T) {
				o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.without(lost...).packets)
				o.checkFrames(t, r, slices.Concat(span(0, 9), span(30, 59)))
				if len(o.units) != 40 {
					return
				}
				for i, u := range o.units {
					if u.Discont != (i == 10) {
						t.Errorf("unit %d: Discont %v", i, u.Discont)
					}
				}
				if o.stats.Lost != uint64(len(lost)) || o.stats.Dropped < 17 || o.stats.Dropped > 20 {
					t.Errorf("lost %v: %+v", lost, o.stats)
				}
				// Before the first packet, then when the wait for the packet is over, then again.
				gap := r.packets[lost[0]].at
				if len(o.requests) < 2 || o.requests[0] != keyFrameStart {
					t.Fatalf("key frames asked for at %v", o.requests)
				}
				i := slices.IndexFunc(o.requests, func(at time.Duration) bool { return at > firstArrival })
				if at := o.requests[i]; at < gap+latency || at > gap+latency+40*time.Millisecond {
					t.Errorf("key frame asked for at %v, packet was missing from %v on", at, gap)
				}
			})
		}
	}
}

func TestMissingPacketIsWaitedForAtMostLatency(t *testing.T) {
	r := load(t, "vp8")
	first, last := r.frameOf(10)
	behind := r.packets[last+1].at
	tests := []struct {
		name  string
		at    time.Duration
		whole bool
	}{
		{"comes before", behind + latency - 2*time.Millisecond, true},
		{"comes at the last moment", behind + latency - 1, true},
		{"comes after", behind + latency + time.Millisecond, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			resent := timed{test.at, r.packets[first].data}
			lost := span(first, last)
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.without(lost...).with(resent).with(timedAll(r.packets[first+1:last+1], behind)...).packets)
			if test.whole {
				o.checkFrames(t, r, span(0, 59))
				if o.units[10].at != test.at || o.units[11].at != test.at {
					t.Errorf("frames 10 and 11 at %v and %v, want %v", o.units[10].at, o.units[11].at, test.at)
				}
				return
			}
			o.checkFrames(t, r, slices.Concat(span(0, 9), span(30, 59)))
			if o.stats.Late != 1 || o.stats.Lost != 1 {
				t.Errorf("stats %+v", o.stats)
			}
		})
	}
}

func timedAll(packets []timed, at time.Duration) (all []timed) {
	for _, p := range packets {
		all = append(all, timed{at, p.data})
	}
	return all
}

// TestLongLatencyIsBoundedByPackets loses one packet and waits for it for an hour, while the recording is repeated.
func TestLongLatencyIsBoundedByPackets(t *testing.T) {
	r := load(t, "vp8")
	first, _ := r.frameOf(10)
	n := len(r.packets)
	long := r
	for i := 1; i < 40; i++ {
		again := r.renumbered(1000+uint16(i*n), 90000+uint32(i)*180000).edited(func(_ int, p *timed) {
			p.at += time.Duration(i) * 2 * time.Second
		})
		long.packets = slices.Concat(long.packets, again.packets)
	}
	long = long.without(first)
	o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: time.Hour}}, long.packets)
	want := slices.Concat(span(0, 9), span(30, 59))
	for range 39 {
		want = append(want, span(0, 59)...)
	}
	o.checkFrames(t, r, want)
	if o.stats.Lost != 1 || o.units[10].at != long.packets[first+rtp.MaxJump-1].at {
		t.Errorf("gave up at %v, packet %d came at %v; stats %+v", o.units[10].at, rtp.MaxJump, long.packets[first+rtp.MaxJump-1].at, o.stats)
	}
}

func TestLossOfFirstKeyFrameWaitsForTheNext(t *testing.T) {
	for _, known := range recordings {
		t.Run(known.name, func(t *testing.T) {
			r := load(t, known.name)
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.without(2).packets)
			o.checkFrames(t, r, span(30, 59))
			if o.units[0].Discont {
				t.Error("first unit is a discontinuity")
			}
		})
	}
}

func TestStartInTheMiddleWaitsForKeyFrame(t *testing.T) {
	for _, known := range recordings {
		t.Run(known.name, func(t *testing.T) {
			r := load(t, known.name)
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.packets[2:])
			o.checkFrames(t, r, span(30, 59))
		})
	}
}

func TestFirstPacketsMayBeOutOfOrder(t *testing.T) {
	for _, known := range recordings {
		t.Run(known.name, func(t *testing.T) {
			r := load(t, known.name)
			reversed := slices.Clone(r.packets)
			_, last := r.frameOf(0)
			slices.Reverse(reversed[:last+1])
			if known.name == "h264-single" {
				// The delimiter comes last, when decoding has begun with the parameter sets.
				r.frames[0] = r.frames[0][len(annexB(audNAL)):]
				last--
			}
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, reversed)
			o.checkFrames(t, r, span(0, 59))
			if o.units[0].at != firstArrival || o.stats.Lost != 0 || o.stats.Recovered != uint64(last) {
				t.Errorf("first frame at %v, stats %+v", o.units[0].at, o.stats)
			}
		})
	}
}

func TestLossBeforeKeyFrameDoesNotDelayIt(t *testing.T) {
	for _, known := range recordings[:1] {
		t.Run(known.name, func(t *testing.T) {
			r := load(t, known.name)
			first, _ := r.frameOf(30)
			_, lost := r.frameOf(10)
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.without(lost, first-1).packets)
			o.checkFrames(t, r, slices.Concat(span(0, 9), span(30, 59)))
			_, last := r.frameOf(30)
			if at := o.units[10].at; at != r.packets[last].at {
				t.Errorf("key frame delivered at %v, came at %v", at, r.packets[last].at)
			}
		})
	}
}

func TestLostPaddingLosesNoFrame(t *testing.T) {
	r := load(t, "vp8")
	padded := r.padded(paddingForms[1].make)
	var lost []int
	for i, p := range padded.packets {
		if i > 0 && p.data[0]&0x20 != 0 {
			lost = append(lost, i)
		}
	}
	o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, padded.without(lost...).packets)
	o.checkFrames(t, r, span(0, 59))
	for i, u := range o.units {
		_, last := r.frameOf(i)
		if u.Discont || u.at != r.packets[last].at {
			t.Errorf("frame %d: at %v, Discont %v", i, u.at, u.Discont)
		}
	}
	if o.stats.Lost != uint64(len(lost)) {
		t.Errorf("stats %+v", o.stats)
	}
}

func TestRestartedSenderIsFollowed(t *testing.T) {
	for _, known := range recordings {
		r := load(t, known.name)
		_, end := r.frameOf(9)
		restart := r.packets[end].at + 33*time.Millisecond
		again := recording{packets: r.packets}.renumbered(40000, 5).edited(func(_ int, p *timed) {
			p.at += restart - firstArrival
		})
		otherSSRC := again.edited(func(_ int, p *timed) { p.data[11] = 77 })
		sameSequence := recording{packets: otherSSRC.packets}.renumbered(r.packets[end].sequence()+1, 5)
		for name, second := range map[string][]timed{
			"sequence": again.packets, "ssrc": otherSSRC.packets, "ssrc only": sameSequence.packets,
		} {
			t.Run(known.name+"/"+name, func(t *testing.T) {
				o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, slices.Concat(r.packets[:end+1], second))
				o.checkFrames(t, r, slices.Concat(span(0, 9), span(0, 59)))
				if o.stats.Lost != 0 || !o.units[10].Discont {
					t.Errorf("stats %+v, Discont %v", o.stats, o.units[10].Discont)
				}
				for i := 10; i < len(o.units); i++ {
					if d := o.units[i].due - o.units[i].at; d < -50*time.Millisecond || d > 50*time.Millisecond {
						t.Fatalf("unit %d due %v, delivered %v", i, o.units[i].due, o.units[i].at)
					}
				}
			})
		}
	}
}

func TestStrayPacketChangesNothing(t *testing.T) {
	r := load(t, "vp8")
	stray := r.renumbered(30000, 7).packets[5]
	stray.at = r.packets[40].at
	foreign := r.edited(func(_ int, p *timed) { p.data[11] = 9 }).packets[41]
	o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.with(stray, foreign).packets)
	o.checkFrames(t, r, span(0, 59))
}

// TestRandomDamageNeverReachesTheDecoder loses, delays, repeats and pads at random. Whatever is delivered has to be a
// frame of the encoder, and to follow on the frame that it builds on.
func TestRandomDamageNeverReachesTheDecoder(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, known := range recordings {
		whole := load(t, known.name)
		indexes := map[string]int{}
		for i, f := range whole.frames {
			indexes[string(f)] = i
		}
		delivered := 0
		for run := range 60 {
			r := whole.renumbered(uint16(random.Uint32()), random.Uint32())
			if run%2 == 1 {
				r = r.padded(paddingForms[run%len(paddingForms)].make)
			}
			var packets []timed
			for _, p := range r.packets {
				if random.IntN(40) > 0 {
					packets = append(packets, timed{p.at + time.Duration(random.ExpFloat64()*float64(4*time.Millisecond)), p.data})
				}
				for random.IntN(20) == 0 {
					packets = append(packets, timed{p.at + time.Duration(random.IntN(200))*time.Millisecond, p.data})
				}
			}
			r.packets = packets
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: time.Duration(random.IntN(120)) * time.Millisecond}}, r.with().packets)
			before := -1
			for n, u := range o.units {
				i, ok := indexes[string(u.Data)]
				if !ok && len(u.Data) > 6 && u.Data[4] == spsNAL[0] {
					i, ok = indexes[string(annexB(audNAL))+string(u.Data)] // the delimiter may be lost
				}
				switch {
				case !ok:
					t.Fatalf("%s, run %d: unit %d is no frame of the encoder", known.name, run, n)
				case u.KeyFrame != (i == 0 || i == 30), !u.KeyFrame && i != before+1, n > 0 && !u.Discont && i != before+1, u.Discont && !u.KeyFrame, i <= before:
					t.Fatalf("%s, run %d: frame %d after %d, KeyFrame %v, Discont %v", known.name, run, i, before, u.KeyFrame, u.Discont)
				}
				before = i
			}
			delivered += len(o.units)
		}
		if delivered < 60*5 {
			t.Errorf("%s: only %d frames delivered", known.name, delivered)
		}
	}
}

func TestWrongPayloadTypeEndsTheRun(t *testing.T) {
	r := load(t, "vp8")
	first, _ := r.frameOf(20)
	changed := r.edited(func(i int, p *timed) {
		if i >= first {
			p.data[1] = p.data[1]&0x80 | 102
		}
	})
	var asked []uint8
	o := play(t, Config{
		Config: rtp.Config{
			Latency: latency, AcceptPayloadType: func(pt uint8) bool {
				asked = append(asked, pt)
				return pt == 96
			},
		}, Codec: r.codec,
	}, changed.packets)
	var codecChanged *rtp.CodecChangedError
	if !errors.As(o.err, &codecChanged) || codecChanged.PayloadType != 102 {
		t.Errorf("Run returned %v", o.err)
	}
	o.checkFrames(t, r, span(0, 19))
	if !slices.Equal(asked, []uint8{96, 102}) {
		t.Errorf("asked for payload types %v", asked)
	}
}

// TestMalformedPacketsAreCounted puts impossible packets between the good ones. Those that are no RTP have no sequence
// number either; those with a payload that makes no sense cost the frames up to the next key frame.
func TestMalformedPacketsAreCounted(t *testing.T) {
	r := load(t, "vp8")
	first, _ := r.frameOf(10)
	like := r.packets[first-1]
	withP := func(payload ...byte) []byte {
		p := packetWith(like.data, like.sequence(), false, payload)
		p[0] |= 0x20
		return p
	}
	for name, data := range map[string][]byte{
		"empty":                {},
		"short":                like.data[:11],
		"version 1":            append([]byte{0x40}, like.data[1:]...),
		"padding of nothing":   withP(),
		"padding of 0":         withP(1, 2, 0),
		"padding too long":     withP(1, 2, 4),
		"extension cut short":  append([]byte{0x90}, like.data[1:15]...),
		"CSRCs do not fit":     append([]byte{0x8f}, like.data[1:20]...),
		"two-byte header only": {0x80, 96},
	} {
		o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.with(timed{like.at, data}).packets)
		o.checkFrames(t, r, span(0, 59))
		if o.stats.Malformed != 1 {
			t.Errorf("%s: stats %+v", name, o.stats)
		}
	}
	for name, payload := range map[string][]byte{
		"descriptor cut short":  {0x90, 0x80},
		"nothing behind it":     {0x10},
		"no beginning":          {0x00, 1, 2, 3},
		"key frame cut short":   {0x10, 0x10, 0, 0, 0x9d, 1},
		"key frame without one": {0x10, 0x10, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
	} {
		damaged := r.edited(func(i int, p *timed) {
			if i == first {
				p.data = packetWith(p.data, p.sequence(), true, payload)
			}
		})
		o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, damaged.packets)
		want := slices.Concat(span(0, 9), span(30, 59))
		if len(o.units) != len(want) {
			t.Errorf("%s: stats %+v", name, o.stats)
		}
		o.checkFrames(t, r, want)
	}
}

func TestLogsLossOnly(t *testing.T) {
	r := load(t, "vp8")
	for lost, want := range map[int]string{-1: "", 33: "level=WARN msg=\"rtp packets lost\" count=1\n"} {
		var log bytes.Buffer
		o := play(t, Config{
			Config: rtp.Config{
				Latency: latency, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{
					ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
						if a.Key == slog.TimeKey {
							return slog.Attr{}
						}
						return a
					},
				})),
			}, Codec: r.codec,
		}, r.without(lost).packets)
		if log.String() != want {
			t.Errorf("lost %d: log %q, want %q, stats %+v", lost, log.String(), want, o.stats)
		}
	}
}

func TestNewRefusesUnknownCodec(t *testing.T) {
	var unsupported *UnsupportedCodecError
	if _, err := New(Config{}); !errors.As(err, &unsupported) || err.Error() != "no rtp depacketizer for Codec(0)" {
		t.Errorf("no codec: %v", err)
	}
}
