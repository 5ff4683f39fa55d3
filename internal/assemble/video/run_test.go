package video

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/interceptor"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

func TestRunReturnsPromptlyWhenCancelled(t *testing.T) {
	r := load(t, "vp8")
	first, _ := r.frameOf(10)
	tests := []struct {
		name    string
		packets []timed
		at      time.Duration
	}{
		{"before a packet", nil, 3 * time.Second},
		{"between packets", r.packets, 1510 * time.Millisecond},
		{"while a packet is missing", r.without(first).packets, 1400 * time.Millisecond},
		{"after the last packet", r.packets, 10 * time.Second},
		{"at once", r.packets, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := newSource(test.packets, nil)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.at == 0 {
					cancel()
				}
				time.AfterFunc(test.at, cancel)
				o := playHere(t, ctx, Config{Codec: caps.VP8, Config: rtp.Config{Latency: latency}}, src)
				if !errors.Is(o.err, context.Canceled) {
					t.Errorf("Run returned %v", o.err)
				}
				if d := time.Since(src.start); d != test.at {
					t.Errorf("Run returned after %v, cancelled after %v", d, test.at)
				}
				synctest.Wait()
				if !src.deadline.IsZero() {
					t.Errorf("source is left with deadline %v", src.deadline)
				}
			})
		})
	}
}

func TestRunReturnsDeliverError(t *testing.T) {
	failure := errors.New("downstream is gone")
	r := load(t, "vp8")
	synctest.Test(t, func(t *testing.T) {
		rx, err := New(Config{Codec: caps.VP8})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = rx.Run(t.Context(), newSource(r.packets, io.EOF), func(*AccessUnit) error {
			if n++; n == 3 {
				return failure
			}
			return nil
		})
		if !errors.Is(err, failure) || n != 3 {
			t.Errorf("Run returned %v after %d units", err, n)
		}
	})
}

func TestRunTellsEndFromFailure(t *testing.T) {
	failure := errors.New("broken transport")
	tests := []struct {
		end, want error
	}{
		{io.EOF, io.EOF},
		{io.ErrClosedPipe, io.EOF},
		{failure, failure},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			o := playHere(t, t.Context(), Config{Codec: caps.VP8}, newSource(nil, test.end))
			if !errors.Is(o.err, test.want) || errors.Is(o.err, io.EOF) != errors.Is(test.want, io.EOF) {
				t.Errorf("source ended with %v, Run returned %v", test.end, o.err)
			}
		})
	}
}

func TestEndDeliversWhatWaitsBehindAGap(t *testing.T) {
	r := load(t, "vp8")
	first, _ := r.frameOf(29)
	_, last := r.frameOf(31)
	o := play(t, Config{Codec: caps.VP8, Config: rtp.Config{Latency: time.Hour}}, r.without(first).packets[:last])
	o.checkFrames(t, r, slices.Concat(span(0, 28), span(30, 31)))
	if !errors.Is(o.err, io.EOF) || !o.units[29].Discont {
		t.Errorf("Run returned %v", o.err)
	}
}

func TestRunAgainContinuesWithTheNextTrack(t *testing.T) {
	r := load(t, "h264")
	synctest.Test(t, func(t *testing.T) {
		rx, err := New(Config{Codec: caps.H264, Config: rtp.Config{Latency: latency}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var o outcome
		deliver := func(au *AccessUnit) error {
			o.units = append(o.units, copyOf(au, start))
			return nil
		}
		_, cut := r.frameOf(4)
		if err := rx.Run(t.Context(), newSource(r.packets[:cut], io.EOF), deliver); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		if err := rx.Run(t.Context(), newSource(r.renumbered(9, 9).packets, io.EOF), deliver); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		o.checkFrames(t, r, slices.Concat(span(0, 3), span(0, 59)))
	})
}

func TestRunIsForOneGoroutineAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rx, err := New(Config{Codec: caps.VP8})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _ = rx.Run(ctx, newSource(nil, nil), nil) })
		synctest.Wait()
		if err := rx.Run(ctx, newSource(nil, io.EOF), nil); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("second Run returned %v", err)
		}
		cancel()
		wg.Wait()
	})
}

func TestSetLatencyReachesAPacketThatIsWaitedFor(t *testing.T) {
	r := load(t, "vp8")
	first, last := r.frameOf(10)
	gap := r.packets[last+1].at
	for _, test := range []struct {
		name        string
		from, to    time.Duration
		set, resent time.Duration
		whole       bool
	}{
		{"longer", 50 * time.Millisecond, time.Second, 20 * time.Millisecond, 500 * time.Millisecond, true},
		{"shorter", time.Second, 50 * time.Millisecond, 20 * time.Millisecond, 60 * time.Millisecond, false},
		{"none", time.Second, 0, 20 * time.Millisecond, 21 * time.Millisecond, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			damaged := r.without(span(first, last)...).with(timedAll(r.packets[first:last+1], gap+test.resent)...)
			synctest.Test(t, func(t *testing.T) {
				rx, err := New(Config{Codec: caps.VP8, Config: rtp.Config{Latency: test.from}})
				if err != nil {
					t.Fatal(err)
				}
				src := newSource(damaged.packets, io.EOF)
				time.AfterFunc(gap+test.set, func() { rx.SetLatency(test.to) })
				var o outcome
				err = rx.Run(t.Context(), src, func(au *AccessUnit) error {
					o.units = append(o.units, copyOf(au, src.start))
					return nil
				})
				if !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				if test.whole {
					o.checkFrames(t, r, span(0, 59))
				} else {
					o.checkFrames(t, r, slices.Concat(span(0, 9), span(30, 59)))
				}
			})
		})
	}
}

// TestSlowDeliverLosesNothing has packets of a gap, and the packet that fills it, wait in the source while the callback
// is slow.
func TestSlowDeliverLosesNothing(t *testing.T) {
	r := load(t, "vp8")
	first, last := r.frameOf(10)
	resent := timed{r.packets[last].at + 60*time.Millisecond, r.packets[first].data}
	synctest.Test(t, func(t *testing.T) {
		rx, err := New(Config{Codec: caps.VP8, Config: rtp.Config{Latency: latency}})
		if err != nil {
			t.Fatal(err)
		}
		src := newSource(r.without(first).with(resent).packets, io.EOF)
		var o outcome
		err = rx.Run(t.Context(), src, func(au *AccessUnit) error {
			o.units = append(o.units, copyOf(au, src.start))
			if len(o.units) == 10 {
				<-time.After(500 * time.Millisecond)
			}
			return nil
		})
		if !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		o.checkFrames(t, r, span(0, 59))
	})
}

// TestReadDeadlineIsSetSeldom bounds how often the deadline moves: setting it costs more than reading a packet.
func TestReadDeadlineIsSetSeldom(t *testing.T) {
	r := load(t, "vp8")
	o := play(t, Config{Codec: caps.VP8, Config: rtp.Config{Latency: latency}}, r.packets)
	// Once for the wait for the first key frame, which ends with its last packet, and a few times to repeat the
	// request, at the start and at the end.
	if o.sets > 10 {
		t.Errorf("SetReadDeadline called %d times for %d packets in order", o.sets, len(r.packets))
	}
}

// TestAnyGoroutineMayCall is for the race detector.
func TestAnyGoroutineMayCall(t *testing.T) {
	r := load(t, "vp8")
	synctest.Test(t, func(t *testing.T) {
		rx, err := New(Config{Codec: caps.VP8, RequestKeyFrame: func() {}, Config: rtp.Config{Latency: latency}})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range 200 {
					rx.RequestKeyFrame()
					rx.SetLatency(time.Duration(i) * time.Millisecond)
					_ = rx.Stats()
					<-time.After(20 * time.Millisecond)
				}
			})
		}
		if err := rx.Run(t.Context(), newSource(r.packets, io.EOF), func(*AccessUnit) error { return nil }); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		wg.Wait()
	})
}

// refusing is a source that refuses every other packet, as pion does for a payload type that was not negotiated.
type refusing struct {
	*source
	n int
}

func (r *refusing) Read(b []byte) (int, interceptor.Attributes, error) {
	n, a, err := r.source.Read(b)
	if r.n++; err == nil && r.n%2 == 0 {
		return n, a, errors.New("codec not found")
	}
	return n, a, err
}

func TestRefusedPacketsArePassedOver(t *testing.T) {
	r := load(t, "vp8")
	synctest.Test(t, func(t *testing.T) {
		var doubled []timed
		for _, p := range r.packets {
			doubled = append(doubled, p, p)
		}
		rx, err := New(Config{Codec: caps.VP8, Config: rtp.Config{Latency: latency}})
		if err != nil {
			t.Fatal(err)
		}
		src := &refusing{source: newSource(doubled, io.EOF)}
		n := 0
		if err := rx.Run(t.Context(), src, func(*AccessUnit) error { n++; return nil }); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		if refused := rx.Stats().Malformed; refused == 0 || n == 0 {
			t.Errorf("%d units, %d packets refused", n, refused)
		}
	})
}
