package video

import (
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	pionrtp "github.com/pion/rtp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// wallClock is a sender's, and nowhere near the receiver's.
var wallClock = time.Date(2031, 5, 6, 7, 8, 9, 123456789, time.UTC)

// ntp is wallClock plus d as an NTP timestamp, written by pion.
func ntp(d time.Duration) uint64 {
	return pionrtp.NewAbsCaptureTimeExtension(wallClock.Add(d)).Timestamp
}

// near reports whether a time is that of the sender's clock plus d, to a microsecond.
func near(have time.Time, d time.Duration) bool {
	off := have.Sub(wallClock.Add(d))
	return !have.IsZero() && off > -time.Microsecond && off < time.Microsecond && have.Location() == time.UTC
}

// captureTimes returns the capture time of each unit after that of the sender's clock; -1 is unknown.
func (o outcome) captureTimes() (all []time.Duration) {
	for _, u := range o.units {
		d := time.Duration(-1)
		if !u.CaptureTime.IsZero() {
			d = u.CaptureTime.Sub(wallClock).Round(time.Millisecond)
		}
		all = append(all, d)
	}
	return all
}

// frameTime is when frame i of a recording was captured, counted from the first, by its RTP timestamp.
func (r recording) frameTime(i int) time.Duration {
	first, _ := r.frameOf(i)
	return time.Duration(int64(r.packets[first].timestamp()-r.packets[0].timestamp())) * time.Second / 90000
}

func TestCaptureTimeIsCarriedOn(t *testing.T) {
	for _, known := range recordings {
		for _, clockOffset := range []time.Duration{0, 2 * time.Second} {
			r := load(t, known.name).renumbered(1000, 1<<32-40000) // the timestamp wraps
			with := func(frame int, at time.Duration) int {
				first, _ := r.frameOf(frame)
				data := u64(ntp(at))
				if clockOffset != 0 {
					data = append(data, u64(uint64(clockOffset/time.Second)<<32)...)
				}
				r.packets[first].data = extended(r.packets[first].data, 7, data...)
				return first
			}
			with(5, r.frameTime(5))
			with(20, r.frameTime(20)+40*time.Millisecond) // its clocks jumped
			o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency, AbsCaptureTimeID: 7}}, r.packets)
			if len(o.units) != 60 {
				t.Fatalf("%d units", len(o.units))
			}
			for i, u := range o.units {
				want := r.frameTime(i) - clockOffset
				if i >= 20 {
					want += 40 * time.Millisecond
				}
				if i < 5 && !u.CaptureTime.IsZero() || i >= 5 && !near(u.CaptureTime, want) {
					t.Errorf("%s: frame %d captured at %v, want %v", known.name, i, u.CaptureTime, wallClock.Add(want))
				}
			}
		}
	}
}

func TestCaptureTimeIsCarriedOnFor5Seconds(t *testing.T) {
	r := load(t, "vp8")
	r.packets[0].data = extended(r.packets[0].data, 7, u64(ntp(0))...)
	long := r
	for i := 1; i < 4; i++ {
		again := load(t, "vp8").renumbered(1000+uint16(i*len(r.packets)), 90000+uint32(i)*180000).edited(func(_ int, p *timed) {
			p.at += time.Duration(i) * 2 * time.Second
		})
		long.packets = slices.Concat(long.packets, again.packets)
	}
	o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency, AbsCaptureTimeID: 7}}, long.packets)
	for i, have := range o.captureTimes() {
		if age := long.packets[0].at + 5*time.Second - o.units[i].at; (have >= 0) != (age >= 0) {
			t.Fatalf("frame %d at %v has capture time %v", i, o.units[i].at, have)
		}
	}
}

func TestCaptureTimeEndsWithItsSource(t *testing.T) {
	r := load(t, "vp8")
	at10, _ := r.frameOf(10)
	r.packets[0].data = extended(r.packets[0].data, 7, u64(ntp(0))...)
	mixed := r.edited(func(i int, p *timed) {
		if i >= at10 {
			p.data = slices.Insert(p.data, 12, 0, 0, 0, 9)
			p.data[0]++ // one CSRC
		}
	})
	o := play(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency, AbsCaptureTimeID: 7}}, mixed.packets)
	for i, have := range o.captureTimes() {
		if (have >= 0) != (i < 10) {
			t.Fatalf("frame %d has capture time %v", i, have)
		}
	}
}

func TestImpossibleCaptureTimesAreUnknown(t *testing.T) {
	r := load(t, "vp8")
	for name, data := range map[string][]byte{"short": make([]byte, 7), "zero": make([]byte, 8), "zero with offset": append(make([]byte, 8), u64(5)...)} {
		said := r.edited(func(_ int, p *timed) { p.data = extended(p.data, 7, data...) })
		o := play(t, Config{Codec: r.codec, Config: rtp.Config{AbsCaptureTimeID: 7}}, said.packets)
		if len(o.units) != 60 || !o.units[0].CaptureTime.IsZero() {
			t.Errorf("%s: captured at %v", name, o.units[0].CaptureTime)
		}
	}
	said := r.edited(func(_ int, p *timed) { p.data = extended(p.data, 7, u64(ntp(0))...) })
	if o := play(t, Config{Codec: r.codec}, said.packets); !o.units[0].CaptureTime.IsZero() {
		t.Error("not negotiated, but used")
	}
}

// report is a sender report for a test: at a time, with the NTP time and the RTP timestamp of frames of a recording.
type report struct {
	at        time.Duration
	ntp       uint64
	timestamp uint32
	received  time.Duration // before at
}

// playReports plays a recording with sender reports from another goroutine.
func playReports(t *testing.T, config Config, packets []timed, reports ...report) (o outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		src := newSource(packets, io.EOF)
		rx, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reports {
			send := func() { rx.SenderReport(r.ntp, r.timestamp, time.Now().Add(-r.received)) }
			if r.at == 0 {
				send()
			} else {
				time.AfterFunc(r.at, send)
			}
		}
		err = rx.Run(t.Context(), src, func(au *AccessUnit) error {
			o.units = append(o.units, copyOf(au, src.start))
			return nil
		})
		if !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	})
	return o
}

func TestCaptureTimeFromSenderReports(t *testing.T) {
	r := load(t, "vp8").renumbered(1000, 1<<32-40000)
	first := r.packets[0].timestamp()
	at20, _ := r.frameOf(20)
	half := r.packets[at20].at - time.Millisecond
	tests := []struct {
		name    string
		reports []report
		want    func(i int) time.Duration // -1 is unknown
	}{
		{"none", nil, func(int) time.Duration { return -1 }},
		{"before the first packet", []report{{0, ntp(-time.Second), first - 90000, 0}}, r.frameTime},
		{"in the middle", []report{{half, ntp(time.Second), first + 90000, 0}}, func(i int) time.Duration {
			if i < 20 {
				return -1
			}
			return r.frameTime(i)
		}},
		{"a later one corrects", []report{{0, ntp(0), first, 0}, {half, ntp(time.Second), first + 90000 - 450, 0}}, func(i int) time.Duration {
			if i < 20 {
				return r.frameTime(i)
			}
			return r.frameTime(i) + 5*time.Millisecond
		}},
		{"passed on late by the server", []report{{0, ntp(-9 * time.Second), first - 9*90000, 0}}, r.frameTime},
		{"of another sequence", []report{{0, ntp(0), first - 40*90000, 0}}, func(int) time.Duration { return -1 }},
		{"too old", []report{{0, ntp(-40 * time.Second), first - 40*90000, 40 * time.Second}}, func(int) time.Duration { return -1 }},
		{"without a wall clock", []report{{0, 0, first, 0}}, func(int) time.Duration { return -1 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := playReports(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency}}, r.packets, test.reports...)
			if len(o.units) != 60 {
				t.Fatalf("%d units", len(o.units))
			}
			for i, u := range o.units {
				if want := test.want(i); want < 0 && !u.CaptureTime.IsZero() || want >= 0 && !near(u.CaptureTime, want) {
					t.Fatalf("frame %d captured at %v, want %v", i, u.CaptureTime, want)
				}
			}
		})
	}
}

func TestAbsCaptureTimeComesBeforeSenderReports(t *testing.T) {
	r := load(t, "vp8")
	at10, _ := r.frameOf(10)
	r.packets[at10].data = extended(r.packets[at10].data, 7, u64(ntp(time.Hour+r.frameTime(10)))...)
	o := playReports(t, Config{Codec: r.codec, Config: rtp.Config{Latency: latency, AbsCaptureTimeID: 7}}, r.packets, report{0, ntp(0), 90000, 0})
	for i, u := range o.units {
		want := r.frameTime(i)
		if i >= 10 {
			want += time.Hour
		}
		if !near(u.CaptureTime, want) {
			t.Fatalf("frame %d captured at %v", i, u.CaptureTime)
		}
	}
}

func TestSenderReportEndsWithTheSequence(t *testing.T) {
	r := load(t, "vp8")
	again := r.renumbered(40000, 90000+180000).edited(func(_ int, p *timed) { p.at += 2 * time.Second })
	o := playReports(t, Config{Codec: caps.VP8, Config: rtp.Config{Latency: latency}}, slices.Concat(r.packets, again.packets), report{0, ntp(0), 90000, 0})
	if len(o.units) != 120 || o.units[59].CaptureTime.IsZero() || !o.units[60].CaptureTime.IsZero() {
		t.Errorf("capture times %v", o.captureTimes())
	}
}

func TestSenderReportEndsWithRun(t *testing.T) {
	r := load(t, "vp8")
	synctest.Test(t, func(t *testing.T) {
		rx, err := New(Config{Codec: caps.VP8})
		if err != nil {
			t.Fatal(err)
		}
		for run := range 2 {
			if run == 0 {
				rx.SenderReport(ntp(0), 90000, time.Now())
			}
			err := rx.Run(t.Context(), newSource(r.packets, io.EOF), func(au *AccessUnit) error {
				if au.CaptureTime.IsZero() != (run == 1) {
					t.Errorf("run %d: captured at %v", run, au.CaptureTime)
				}
				return nil
			})
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
		}
	})
}
