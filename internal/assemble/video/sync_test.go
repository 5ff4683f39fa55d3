package video

import (
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// lasting repeats a recording, which is two seconds long, without a gap in its timestamps.
func (r recording) lasting(times int) recording {
	all := r
	for i := 1; i < times; i++ {
		again := r.renumbered(r.packets[0].sequence()+uint16(i*len(r.packets)), r.packets[0].timestamp()+uint32(i)*180000).
			edited(func(_ int, p *timed) { p.at += time.Duration(i) * 2 * time.Second })
		all.packets = slices.Concat(all.packets, again.packets)
	}
	return all
}

// playBeside plays a recording whose publisher also sends sound, which comes late after it was recorded. join makes the
// members of both, of which each may be nil.
func playBeside(t *testing.T, r recording, late time.Duration, join func() (picture, sound *mediaclock.SyncMember)) (o outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		picture, sound := join()
		src := newSource(r.packets, io.EOF)
		rx, err := New(Config{Codec: r.codec, Config: rtp.Config{Latency: latency}, Sync: picture})
		if err != nil {
			t.Fatal(err)
		}
		sound.Begin(48000, src.start.Add(firstArrival))
		rx.SenderReport(ntp(0), r.packets[0].timestamp(), src.start.Add(firstArrival))
		sound.Report(wallClock, 0, src.start.Add(firstArrival))
		at := time.Duration(0)
		err = rx.Run(t.Context(), src, func(au *AccessUnit) error {
			for ; firstArrival+at+late <= time.Since(src.start); at += 20 * time.Millisecond {
				sound.Adjust(uint32(at/time.Millisecond)*48, mediaclock.Stamps{PTS: at + late, DTS: at + late})
			}
			o.units = append(o.units, copyOf(au, src.start))
			return nil
		})
		if !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		picture.Leave()
		sound.Leave()
	})
	return o
}

func TestPicturesKeepTheirTimesWithoutSound(t *testing.T) {
	for _, known := range recordings {
		t.Run(known.name, func(t *testing.T) {
			r := load(t, known.name).lasting(4)
			key := mediaclock.SyncKey{Server: "ws://127.0.0.1:7880", Room: t.Name(), Identity: "alice"}
			plain := playBeside(t, r, 0, func() (picture, sound *mediaclock.SyncMember) { return nil, nil })
			alone := playBeside(t, r, 0, func() (picture, sound *mediaclock.SyncMember) {
				return mediaclock.JoinSync(key, mediaclock.SyncOptions{Kind: caps.Video}), nil
			})
			for i, u := range alone.units {
				if !u.PTS.Equal(plain.units[i].PTS) || !u.DTS.Equal(plain.units[i].DTS) || u.SyncDelay != 0 {
					t.Fatalf("unit %d is due at %v instead of %v", i, u.PTS, plain.units[i].PTS)
				}
			}
		})
	}
}

func TestPicturesWaitForTheSound(t *testing.T) {
	const late = 200 * time.Millisecond
	for _, known := range recordings {
		t.Run(known.name, func(t *testing.T) {
			r := load(t, known.name).lasting(4)
			key := mediaclock.SyncKey{Server: "ws://127.0.0.1:7880", Room: t.Name(), Identity: "alice"}
			plain := playBeside(t, r, late, func() (picture, sound *mediaclock.SyncMember) { return nil, nil })
			o := playBeside(t, r, late, func() (picture, sound *mediaclock.SyncMember) {
				return mediaclock.JoinSync(key, mediaclock.SyncOptions{Kind: caps.Video}), mediaclock.JoinSync(key, mediaclock.SyncOptions{Kind: caps.Audio})
			})
			if len(o.units) != len(plain.units) {
				t.Fatalf("%d units, and %d without sound", len(o.units), len(plain.units))
			}
			for i, u := range o.units {
				if d := u.PTS.Sub(plain.units[i].PTS); d != u.SyncDelay {
					t.Fatalf("unit %d is delayed by %v, and says %v", i, d, u.SyncDelay)
				}
				if i > 0 && (!u.PTS.After(o.units[i-1].PTS) || !u.DTS.After(o.units[i-1].DTS)) {
					t.Fatalf("unit %d is due at %v and decoded at %v, after %v and %v", i, u.PTS, u.DTS, o.units[i-1].PTS, o.units[i-1].DTS)
				}
				// The sound is compared when both have come for two and a half seconds.
				if off := u.SyncDelay - late; i > 30*7/2 && (off < -20*time.Millisecond || off > 5*time.Millisecond) {
					t.Fatalf("unit %d is delayed by %v, want %v", i, u.SyncDelay, late)
				}
			}
		})
	}
}
