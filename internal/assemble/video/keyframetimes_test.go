package video

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// TestKeyFramesAreAskedForAtTheirTimes plays the recording, which has key frames at 0.99 s and at 1.99 s, and checks when
// the callback is called.
func TestKeyFramesAreAskedForAtTheirTimes(t *testing.T) {
	r := load(t, "vp8")
	const margin = keyFrameMargin
	var endless []time.Duration
	for i := range 100 {
		endless = append(endless, ms(1100)+time.Duration(i)*time.Millisecond)
	}
	for _, test := range []struct {
		name  string
		added time.Duration   // when
		times []time.Duration // what
		want  []time.Duration
	}{
		{"ahead", ms(100), []time.Duration{ms(1400)}, []time.Duration{ms(500), ms(1400) + margin, ms(1900) + margin}},
		{"before the first frame", 0, []time.Duration{ms(1700)}, []time.Duration{ms(500), ms(1700) + margin}},
		{"past", ms(1300), []time.Duration{ms(1200)}, []time.Duration{ms(500), ms(1300), ms(1800)}},
		{"not in order", ms(100), []time.Duration{ms(1700), ms(1100)}, []time.Duration{ms(500), ms(1100) + margin, ms(1600) + margin, ms(1800) + margin}},
		{"twice the same", ms(100), []time.Duration{ms(1700), ms(1700)}, []time.Duration{ms(500), ms(1700) + margin}},
		{"without end", ms(1050), endless, []time.Duration{ms(500), ms(1100) + margin, ms(1300) + margin, ms(1800) + margin}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := newSource(r.packets, io.EOF)
				var times KeyFrameTimes
				var have []time.Duration
				rx, err := New(Config{
					Config: rtp.Config{
						Latency: latency,
					}, Codec: caps.VP8, KeyFrameTimes: &times, RequestKeyFrame: func() {
						have = append(have, time.Since(src.start))
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				time.AfterFunc(test.added, func() {
					for _, at := range test.times {
						times.Add(src.start.Add(at))
						rx.KeyFrameTimesChanged()
					}
				})
				if err := rx.Run(t.Context(), src, func(*AccessUnit) error { return nil }); !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				if !slices.Equal(have, test.want) {
					t.Errorf("asked for a key frame at %v, want %v", have, test.want)
				}
			})
		})
	}
}

// TestKeyFrameTimesOutliveTheirReceiver ends one before the moment has come.
func TestKeyFrameTimesOutliveTheirReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var times KeyFrameTimes
		times.Add(start.Add(time.Minute + ms(300))) // none is asked for then by itself
		var asked []time.Duration
		for _, codec := range []caps.Codec{caps.VP8, caps.H264} {
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
			defer cancel()
			rx, err := New(Config{Codec: codec, KeyFrameTimes: &times, RequestKeyFrame: func() { asked = append(asked, time.Since(start)) }})
			if err != nil {
				t.Fatal(err)
			}
			if err := rx.Run(ctx, newSource(nil, nil), nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}
		if !slices.Contains(asked, time.Minute+ms(300)+keyFrameMargin) {
			t.Errorf("asked at %v, and not after a minute", asked)
		}
	})
}

// A key frame that was on its way already does not count.
func TestKeyFrameThatIsTooEarlyIsFollowedByAnother(t *testing.T) {
	epoch := time.Now()
	var times KeyFrameTimes
	timer := keyFrameTimer{times: &times, epoch: epoch}
	times.Add(epoch.Add(ms(1000) - keyFrameMargin))
	timer.look()
	if timer.due(ms(999)) || timer.came(ms(999)) || !timer.due(ms(1000)) || timer.due(ms(1000)) {
		t.Error("it is not due once, at its moment")
	}
	if !timer.came(ms(998)) || !timer.came(ms(999)) || timer.came(ms(1000)) || timer.came(ms(1001)) {
		t.Error("a key frame before the moment is enough, or one after it is not")
	}
}

// A key frame is as late as the frames before it.
func TestKeyFrameIsAskedForLaterWhenFramesAreLate(t *testing.T) {
	epoch := time.Now()
	var times KeyFrameTimes
	timer := keyFrameTimer{times: &times, epoch: epoch}
	times.Add(epoch.Add(ms(1000) - keyFrameMargin))
	timer.look()
	timer.follow(ms(80))
	if at, ok := timer.next(); !ok || at != ms(1080) {
		t.Errorf("asks at %v (%v), want 1.08s", at, ok)
	}
	if timer.due(ms(1079)) || !timer.due(ms(1080)) {
		t.Error("it is not due at its moment")
	}
	if !timer.came(ms(999)) || timer.came(ms(1000)) {
		t.Error("a key frame before the moment is enough, or one after it is not")
	}
	for range 100 {
		timer.follow(0)
	}
	if timer.lag > time.Microsecond {
		t.Errorf("the lag stays %v", timer.lag)
	}
	timer.follow(time.Hour)
	if timer.lag != maxKeyFrameLag {
		t.Errorf("the lag is %v, want %v", timer.lag, maxKeyFrameLag)
	}
}

func TestKeyFrameTimesAreBounded(t *testing.T) {
	epoch := time.Now()
	var times KeyFrameTimes
	for i := range 1000 {
		times.Add(epoch.Add(-time.Duration(i) * time.Second)) // each nearer than those before
		times.Add(epoch.Add(time.Duration(i) * time.Second))
	}
	if len(times.at) != maxKeyFrameTimes || cap(times.at) > 4*maxKeyFrameTimes {
		t.Errorf("%d moments are kept, in room for %d", len(times.at), cap(times.at))
	}
	if first, _ := times.next(); !first.Equal(epoch.Add(keyFrameMargin - 999*time.Second)) {
		t.Errorf("the earliest is lost: %v", first.Sub(epoch))
	}
}

func TestNoKeyFrameIsAskedForWhileTheSenderIsAboutToSendLess(t *testing.T) {
	r := load(t, "vp8")
	_, lost := r.frameOf(10)
	from := r.packets[lost].at
	until := from + ms(300)
	synctest.Test(t, func(t *testing.T) {
		src := newSource(r.without(lost).packets, io.EOF)
		var have []time.Duration
		rx, err := New(Config{
			Config: rtp.Config{
				Latency: latency,
			},
			Codec:           caps.VP8,
			RequestKeyFrame: func() { have = append(have, time.Since(src.start)) },
			Congested: func() bool {
				since := time.Since(src.start)
				return since >= from && since < until
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := rx.Run(t.Context(), src, func(*AccessUnit) error { return nil }); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		i := slices.IndexFunc(have, func(at time.Duration) bool { return at >= from })
		if i < 0 || have[i] < until || have[i] > until+congestionPoll {
			t.Errorf("asked for a key frame at %v, there was congestion from %v to %v", have, from, until)
		}
	})
}
