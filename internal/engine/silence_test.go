package engine

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// during is 1 for each second between two moments, up to now.
func during(now, from, to time.Duration) uint64 {
	return uint64(max(0, min(now, to)-from) / time.Second)
}

// packetsOf is a sight of so many packets that carry something.
func packetsOf(n uint64) sight { return sight{received: video.Stats{Stats: rtp.Stats{Packets: n}}} }

// pictures is a sight of so many pictures of one packet each.
func pictures(n uint64) sight {
	return sight{received: video.Stats{Stats: rtp.Stats{Packets: n}, AccessUnits: n, KeyFrames: min(n, 1)}, handed: n, pictures: n}
}

// waited is what the element does with a stream's wait for the first picture.
type waited struct {
	by     time.Time
	came   int
	putOff time.Duration
}

func (w *waited) By() time.Time          { return w.by }
func (w *waited) PutOff(d time.Duration) { w.putOff += d }
func (w *waited) Came()                  { w.came++ }

// seconds are moments after the beginning.
func seconds(n ...int) (d []time.Duration) {
	for _, n := range n {
		d = append(d, time.Duration(n)*time.Second)
	}
	return d
}

func TestSilenceIsToldInTime(t *testing.T) {
	const (
		s    = time.Second
		long = time.Hour
	)
	for name, row := range map[string]struct {
		see     func(now time.Duration) sight
		changes []time.Duration // when the watch is woken
		limit   time.Duration   // until the first picture
		said    []time.Duration
		expired time.Duration
		came    bool
		putOff  time.Duration
	}{
		"NothingEver":    {see: func(time.Duration) sight { return sight{} }, said: seconds(10, 20, 30, 40, 50)},
		"NeverAPicture":  {see: func(now time.Duration) sight { return packetsOf(during(now, 0, long)) }, said: seconds(10, 20, 30, 40, 50)},
		"AlwaysPictures": {see: func(now time.Duration) sight { return pictures(during(now, 0, long)) }, limit: 15 * s, came: true},
		"ALatePicture": {
			see:  func(now time.Duration) sight { return pictures(during(now, 24*s, long)) },
			said: seconds(10, 20), limit: 55 * s, came: true,
		},
		"AStillScreen": {see: func(now time.Duration) sight { return pictures(during(now, 0, 5*s)) }, came: true},
		"ACameraThatStandsStill": {
			see: func(now time.Duration) sight {
				v := pictures(during(now, 0, 15*s) + during(now, 45*s, 48*s))
				v.camera = true
				return v
			},
			said: seconds(30), came: true,
		},
		"ACameraThatStandsStillTwice": {
			see: func(now time.Duration) sight {
				v := pictures(10*during(now, 0, 5*s) + 10*during(now, 31*s, 35*s))
				v.camera = true
				return v
			},
			said: seconds(20, 50), came: true,
		},
		"ACameraThatIsMuted": {
			see: func(now time.Duration) sight {
				v := pictures(during(now, 0, 15*s))
				v.camera, v.muted = true, now >= 15*s && now < 25*s
				return v
			},
			changes: seconds(15, 25), said: seconds(35), came: true,
		},
		"APictureNowAndThen": {
			see: func(now time.Duration) sight {
				v := pictures(during(now, 0, s) + uint64(now/(15*s)))
				v.camera = true
				return v
			},
			came: true,
		},
		"AScreenThatMovesJustBeforeItIsLookedAt": {
			see: func(now time.Duration) sight {
				v := pictures(during(now, 0, 5*s) + during(now, 31*s, long))
				if now >= 29*s {
					v.received.Packets += 3 // of a picture that is not complete
				}
				return v
			},
			came: true,
		},
		"NoMorePictures": {
			see: func(now time.Duration) sight {
				v := pictures(during(now, 0, 15*s))
				v.received.Packets += during(now, 15*s, long)
				return v
			},
			said: seconds(40, 50), came: true,
		},
		"DownstreamTakesNothingMore": {
			see: func(now time.Duration) sight {
				v := pictures(during(now, 0, 15*s))
				v.received.Packets += during(now, 15*s, long)
				v.refused = during(now, 15*s, long)
				return v
			},
			came: true,
		},
		"Muted": {
			see: func(now time.Duration) sight {
				return sight{muted: now >= 8*s && now < 33*s}
			},
			changes: seconds(8, 33), said: seconds(43, 53),
		},
		"MutedAfterPictures": {
			see: func(now time.Duration) sight {
				v := pictures(during(now, 0, 15*s))
				v.muted = now >= 15*s
				return v
			},
			changes: seconds(15), came: true,
		},
		"MutedUntilTheTimeout": {
			see:     func(time.Duration) sight { return sight{muted: true} },
			changes: seconds(3), limit: 25 * s, expired: 25 * s,
		},
		"Unwanted": {
			see:     func(now time.Duration) sight { return sight{unwanted: now >= 9*s && now < 39*s} },
			changes: seconds(9, 39), limit: 25 * s, said: seconds(49), expired: 55 * s, putOff: 30 * s,
		},
		"UnwantedToTheEnd": {
			see:     func(now time.Duration) sight { return sight{unwanted: now >= 9*s} },
			changes: seconds(9), limit: 15 * s, putOff: 50 * s,
		},
		"Undecryptable": {
			see:   func(time.Duration) sight { return sight{undecryptable: e2ee.ErrNoKey} },
			limit: 25 * s, expired: 25 * s,
		},
		"TimeoutBetweenTwoWarnings": {see: func(time.Duration) sight { return sight{} }, limit: 14 * s, said: seconds(10), expired: 14 * s},
		"TimeoutThatHasPassed":      {see: func(time.Duration) sight { return sight{} }, limit: -s, expired: time.Nanosecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ctx, cancel := context.WithCancel(t.Context())
				poked := make(chan struct{}, 1)
				var said []time.Duration
				var expired time.Duration
				first := new(waited)
				if row.limit != 0 {
					first.by = start.Add(row.limit)
				}
				w := &silenceWatch{
					config: &Config{
						Logger: slog.New(slog.DiscardHandler), SilenceTime: silenceTime, FirstPicture: first,
						OnNoPicture: func(e *NoPictureError) {
							said = append(said, time.Since(start))
						},
					},
					see:     func() sight { return row.see(time.Since(start)) },
					changed: func() <-chan struct{} { return nil },
					poked:   poked,
					expire: func(err error) {
						var none *NoPictureError
						if !errors.As(err, &none) {
							t.Error(err)
						}
						expired = max(time.Since(start), 1)
						cancel()
					},
				}
				w.begin(start)
				var watching sync.WaitGroup
				watching.Go(func() { w.run(ctx) })
				for _, at := range row.changes {
					time.Sleep(time.Until(start.Add(at)))
					poked <- struct{}{}
				}
				time.Sleep(time.Until(start.Add(59 * s)))
				cancel()
				watching.Wait()
				w.finish(time.Now())

				if !slices.Equal(said, row.said) {
					t.Errorf("said something after %v, want %v", said, row.said)
				}
				if expired != row.expired {
					t.Errorf("expired after %v, want %v", expired, row.expired)
				}
				if (first.came == 1) != row.came || first.came > 1 {
					t.Errorf("the first picture came %d times", first.came)
				}
				if first.putOff != row.putOff {
					t.Errorf("put off for %v, want %v", first.putOff, row.putOff)
				}
			})
		})
	}
}
