package video

import (
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// TestKeyFramesAreAskedForInTime plays the recording with requests from other goroutines, and checks when the callback
// is called. The recording has key frames at 0.99 s and at 1.99 s.
func TestKeyFramesAreAskedForInTime(t *testing.T) {
	r := load(t, "vp8")
	first10, _ := r.frameOf(10)
	first29, _ := r.frameOf(29)
	key, keyLast := r.frameOf(30)
	loss10 := r.packets[first10+1].at + latency
	tests := []struct {
		name    string
		packets []timed
		asked   []time.Duration // RequestKeyFrame is called at these times
		want    []time.Duration
	}{
		{
			name:    "if the first does not come in time",
			packets: r.packets,
			want:    []time.Duration{ms(500)},
		},
		{
			name:    "not for the first that comes in time",
			packets: r.sooner(ms(900)).packets,
		},
		{
			name:    "at once for a stream that begins without one",
			packets: r.without(span(0, first10-1)...).sooner(ms(900)).packets,
			want:    []time.Duration{r.packets[first10].at - ms(900), r.packets[first10].at - ms(400)},
		},
		{
			name:    "nothing arrives",
			packets: []timed{{ms(2100), packetWith(r.packets[0].data, 1, false, nil)}},
			want:    []time.Duration{ms(500), ms(1000), ms(1500), ms(2000)},
		},
		{
			name:    "by the user, until one begins to arrive",
			packets: r.packets,
			asked:   []time.Duration{ms(1400)},
			want:    []time.Duration{ms(500), ms(1400), ms(1900)},
		},
		{
			name:    "by many at once",
			packets: r.packets,
			asked:   []time.Duration{ms(1400), ms(1400), ms(1401), ms(1450), ms(1599)},
			want:    []time.Duration{ms(500), ms(1400), ms(1600)},
		},
		{
			name:    "by one shortly after another",
			packets: r.packets,
			asked:   []time.Duration{ms(1400), ms(1550)},
			want:    []time.Duration{ms(500), ms(1400), ms(1600)},
		},
		{
			name:    "but not if one begins to arrive meanwhile",
			packets: r.packets,
			asked:   []time.Duration{ms(1850), ms(1950)},
			want:    []time.Duration{ms(500), ms(1850)},
		},
		{
			name:    "after loss",
			packets: r.without(first10).packets,
			want:    []time.Duration{ms(500), loss10, loss10 + ms(500)},
		},
		{
			name:    "not more often when more is lost",
			packets: r.without(first10, first10+5, first10+9, first10+12, first10+18).packets,
			want:    []time.Duration{ms(500), loss10, loss10 + ms(500)},
		},
		{
			name:    "after loss shortly after a request",
			packets: r.without(first10).packets,
			asked:   []time.Duration{loss10 - ms(100)},
			want:    []time.Duration{ms(500), loss10 - ms(100), loss10 + ms(100)},
		},
		{
			name:    "not for a loss before a key frame that is here",
			packets: r.without(first29, first29+1).packets,
			want:    []time.Duration{ms(500)},
		},
		{
			name:    "for a key frame that is not whole",
			packets: r.without(key + 1).packets,
			want:    []time.Duration{ms(500), ms(2090), ms(2590)},
		},
		{
			name:    "not again while one comes slowly",
			packets: r.slowly(key, keyLast, ms(400)).without(first10).packets,
			want:    []time.Duration{ms(500), loss10, loss10 + ms(500)},
		},
	}
	if key+2 > keyLast {
		t.Fatal("key frame 30 is too short for this test")
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := newSource(test.packets, io.EOF)
				var have []time.Duration
				rx, err := New(Config{
					Config: rtp.Config{
						Latency: latency,
					}, Codec: caps.VP8, RequestKeyFrame: func() {
						have = append(have, time.Since(src.start))
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, at := range test.asked {
					time.AfterFunc(at, rx.RequestKeyFrame)
				}
				if err := rx.Run(t.Context(), src, func(*AccessUnit) error { return nil }); !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				have = slices.Compact(have) // where packets get lost, each is sent twice
				if !slices.Equal(have, test.want) {
					t.Errorf("asked for a key frame at %v, want %v", have, test.want)
				}
				if n := rx.Stats().KeyFrameRequests; n != uint64(len(have)) {
					t.Errorf("counted %d requests, want %d", n, len(have))
				}
			})
		})
	}
}

func TestRequestIsSentTwiceWherePacketsGetLost(t *testing.T) {
	r := load(t, "vp8")
	first10, _ := r.frameOf(10)
	o := play(t, Config{Codec: caps.VP8, Config: rtp.Config{Latency: latency}}, r.sooner(ms(490)).without(first10).packets)
	at := o.requests
	if len(at) != 5 || at[0] != ms(500) || at[1] != at[2] || at[3] != at[4] {
		t.Errorf("asked for a key frame at %v, want once at 500ms and twice at two times after the loss", at)
	}
}

func TestRequestBeforeRunCounts(t *testing.T) {
	var k keyFrames
	k.request()
	if !k.due(0) || k.due(0) {
		t.Error("one request is not one")
	}
	k.request()
	if at, ok := k.next(); !ok || at != keyFrameWindow {
		t.Errorf("next at %v, %v", at, ok)
	}
	k.arriving(ms(50), 0)
	if _, ok := k.next(); ok {
		t.Error("request survives the key frame that answers it")
	}
}

// The server drops a request that follows another too soon, and answers nothing.
func TestRequestThatNothingAnswersIsRepeatedAFewTimes(t *testing.T) {
	var k keyFrames
	k.request()
	var asked []time.Duration
	for now := time.Duration(0); now < time.Minute; now += ms(10) {
		if k.due(now) {
			asked = append(asked, now)
		}
	}
	want := []time.Duration{0, ms(500), ms(1000), ms(1500), ms(2000), ms(2500)}
	if !slices.Equal(asked, want) {
		t.Errorf("asked at %v, want %v", asked, want)
	}
}

func TestKeyFrameThatADecoderNeedsIsAskedForAtOnce(t *testing.T) {
	r := load(t, "vp8")
	synctest.Test(t, func(t *testing.T) {
		src := newSource(r.sooner(ms(900)).packets, io.EOF)
		var asked, delivered []time.Duration
		rx, err := New(Config{Codec: caps.VP8, RequestKeyFrame: func() { asked = append(asked, time.Since(src.start)) }})
		if err != nil {
			t.Fatal(err)
		}
		err = rx.Run(t.Context(), src, func(*AccessUnit) error {
			if delivered = append(delivered, time.Since(src.start)); len(delivered) == 3 {
				rx.NeedKeyFrame()
			}
			return nil
		})
		if !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		if len(asked) == 0 || asked[0] != delivered[2] {
			t.Errorf("asked for a key frame at %v, needed it at %v", asked, delivered[2])
		}
	})
}

// A decoder that has fallen behind refuses one unit after the other, and maybe also the key frame that comes for it.
func TestKeyFrameThatADecoderNeedsIsAskedForOnceASecond(t *testing.T) {
	var k keyFrames
	var asked []time.Duration
	for now := time.Duration(0); now < 3*time.Second; now += ms(20) {
		k.need(now)
		if k.due(now) {
			asked = append(asked, now)
			k.arriving(now, 0)
		}
	}
	if want := []time.Duration{0, ms(1000), ms(2000)}; !slices.Equal(asked, want) {
		t.Errorf("asked at %v, want %v", asked, want)
	}
}
