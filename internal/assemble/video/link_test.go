package video

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	pionrtp "github.com/pion/rtp"
	"github.com/pion/rtp/codecs"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// lossyLink is a link with a LiveKit server at its other end, and a publisher behind that who makes a key frame at the
// beginning and when asked for one. The server sends packets again as livekit-server does (pkg/sfu/sequencer.go, downtrack.go):
// a packet at most three times, not within 100 ms or two round trips of the last sending, and none from the moment that it
// is asked for a key frame until it passes one on. It asks the publisher once in 500 ms at most.
type lossyLink struct {
	trip   time.Duration
	deaf   time.Duration // for how long the server ignores requests after it has sent a packet
	loss   float64       // in each direction
	source *source
	frames [][]timed // of the recording

	mu        sync.Mutex
	random    *rand.Rand
	sent      map[uint16]*sending
	sequence  uint16
	sinceKey  int // frames that were sent
	throttled bool
	askedAt   time.Duration // when the publisher was asked for a key frame; valid if asked
	asked     bool
	keyWanted bool
	keyFrames int // that were sent because one was asked for
}

type sending struct {
	data  []byte
	last  time.Duration
	tries int
}

const (
	// publisherTrip is how long the server waits for a publisher to hear of it.
	publisherTrip = 40 * time.Millisecond
	// askingPause is how often the server asks one for a key frame at most.
	askingPause = 500 * time.Millisecond
)

// smallPayloaders make as many packets of the small frames in testdata as a stream of 1.5 Mbit/s has.
var smallPayloaders = map[caps.Codec]pionrtp.Payloader{
	caps.VP8: &codecs.VP8Payloader{}, caps.H264: &codecs.H264Payloader{}, caps.H265: &codecs.H265Payloader{},
}

const smallPacket = 70

func newLossyLink(r recording, trip time.Duration, loss float64, seed uint64) *lossyLink {
	l := &lossyLink{
		trip: trip, deaf: min(rtp.ServerDeaf, 2*trip), loss: loss, source: newSource(nil, nil),
		random: rand.New(rand.NewPCG(seed, 1)), sent: make(map[uint16]*sending),
	}
	payloader := smallPayloaders[r.codec]
	r.packets = nil
	r = packetized(r, func(_ int, frame []byte) [][]byte { return payloader.Payload(smallPacket, frame) })
	for n := range 30 {
		first, last := r.frameOf(n)
		l.frames = append(l.frames, r.packets[first:last+1])
	}
	return l
}

func (l *lossyLink) loses() bool { return l.random.Float64() < l.loss }

// play sends so many frames, 30 a second, and cancels the receiver some time after the last.
func (l *lossyLink) play(frames int, cancel func()) {
	for n := range frames {
		l.send(n)
		time.Sleep(time.Until(l.source.start.Add(time.Duration(n+1) * time.Second / 30)))
	}
	time.Sleep(3 * time.Second)
	cancel()
}

// send sends a frame. The first one, which nobody could miss, arrives whole.
func (l *lossyLink) send(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Since(l.source.start)
	if l.keyWanted && now >= l.askedAt+publisherTrip {
		l.keyWanted, l.throttled = false, false
		l.sinceKey = 0
		l.keyFrames++
	}
	frame := l.frames[0]
	if l.sinceKey > 0 {
		frame = l.frames[1+(l.sinceKey-1)%(len(l.frames)-1)]
	}
	l.sinceKey++
	for _, p := range frame {
		data := slices.Clone(p.data)
		binary.BigEndian.PutUint16(data[2:], l.sequence)
		binary.BigEndian.PutUint32(data[4:], uint32(n)*3000)
		l.sent[l.sequence] = &sending{data: data, last: now}
		l.sequence++
		if n == 0 || !l.loses() {
			l.source.insert(timed{now + l.trip/2, data})
		}
	}
}

// request is a NACK that leaves the receiver.
func (l *lossyLink) request(sequences []uint16) {
	asked := slices.Clone(sequences)
	l.reach(func(now time.Duration) {
		for _, sequence := range asked {
			s := l.sent[sequence]
			if l.throttled || s.tries >= rtp.ServerTries || now-s.last <= l.deaf {
				continue
			}
			s.tries++
			s.last = now
			if !l.loses() {
				l.source.insert(timed{now + l.trip/2, s.data})
			}
		}
	})
}

// requestKeyFrame is a PLI that leaves the receiver.
func (l *lossyLink) requestKeyFrame() {
	l.reach(func(now time.Duration) {
		l.throttled = true
		if !l.asked || now >= l.askedAt+askingPause {
			l.asked, l.askedAt, l.keyWanted = true, now, true
		}
	})
}

// reach calls f when a packet that leaves the receiver now has come to the server, unless it gets lost.
func (l *lossyLink) reach(f func(now time.Duration)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loses() {
		return
	}
	time.AfterFunc(l.trip/2, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		f(time.Since(l.source.start))
	})
}

// insert adds a packet while the source plays.
func (s *source) insert(p timed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, _ := slices.BinarySearchFunc(s.packets, p.at+1, func(p timed, at time.Duration) int { return int(p.at - at) })
	s.packets = slices.Insert(s.packets, i, p)
	close(s.changed)
	s.changed = make(chan struct{})
}

// viewer is a sink that follows the clock and takes no frame that is more than 20 ms late.
type viewer struct {
	start   time.Time
	latency time.Duration
	reports []time.Duration
	shown   int
	last    time.Duration
	pause   time.Duration // the longest
}

func (v *viewer) report(latency time.Duration) {
	v.latency = latency
	v.reports = append(v.reports, latency)
}

func (v *viewer) take(au *AccessUnit) error {
	at := max(au.PTS.Sub(v.start)+v.latency, time.Since(v.start))
	if at > au.PTS.Sub(v.start)+v.latency+ms(20) {
		return nil
	}
	if v.shown > 0 {
		v.pause = max(v.pause, at-v.last)
	}
	v.shown++
	v.last = at
	return nil
}

func TestPictureGoesOnOverALinkThatLosesPackets(t *testing.T) {
	const frames = 30 * 180
	for _, link := range []struct {
		trip  time.Duration
		loss  float64
		shown float64
		pause time.Duration
	}{
		{ms(4), 0.01, 0.995, ms(300)},
		{ms(20), 0.05, 0.99, ms(300)},
		{ms(40), 0.05, 0.98, ms(400)},
		{ms(60), 0.01, 0.995, ms(400)},
		{ms(60), 0.05, 0.98, ms(500)},
		{ms(60), 0.10, 0.95, ms(1000)},
		{ms(150), 0.05, 0.97, ms(700)},
		{ms(300), 0.05, 0.95, ms(1200)},
	} {
		for _, codec := range []string{"vp8", "h264", "h265"} {
			t.Run(fmt.Sprintf("%v %v%% %s", link.trip, 100*link.loss, codec), func(t *testing.T) {
				r := load(t, codec)
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancel(t.Context())
					l := newLossyLink(r, link.trip, link.loss, 1)
					v := viewer{start: l.source.start, latency: rtp.StartLatency}
					rx, err := New(Config{
						Config: rtp.Config{
							Latency: rtp.Adaptive, OnLatency: v.report, RequestPackets: l.request,
							RoundTrip: func() time.Duration { return link.trip },
						},
						Codec:           r.codec,
						RequestKeyFrame: l.requestKeyFrame,
					})
					if err != nil {
						t.Fatal(err)
					}
					go l.play(frames, cancel)
					_ = rx.Run(ctx, l.source, v.take)
					t.Logf("shown %d, pause %v, key frames %d, latencies %v, %+v", v.shown, v.pause, l.keyFrames, v.reports, rx.Stats())
					if want := frames * link.shown; float64(v.shown) < want {
						t.Errorf("%d of %d frames shown, want %.0f", v.shown, frames, want)
					}
					pause := link.pause
					if rx.Stats().Lost > 0 {
						// A packet was lost four times, and the key frame that was asked for then may have lost some too.
						pause += ms(600) + 6*link.trip
					}
					if v.pause > pause {
						t.Errorf("the longest pause is %v, want at most %v", v.pause, pause)
					}
				})
			})
		}
	}
}

// TestAServerThatGuessesTheRoundTripIsWaitedFor has the server take a short way for a long one, as it does until it has
// measured it.
func TestAServerThatGuessesTheRoundTripIsWaitedFor(t *testing.T) {
	r := load(t, "vp8")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := newLossyLink(r, time.Millisecond, 0.05, 3)
		l.deaf = rtp.ServerDeaf
		rx, err := New(Config{
			Config: rtp.Config{
				Latency: rtp.Adaptive, RequestPackets: l.request,
				RoundTrip: func() time.Duration { return time.Millisecond },
			},
			Codec: r.codec, RequestKeyFrame: l.requestKeyFrame,
		})
		if err != nil {
			t.Fatal(err)
		}
		const frames = 900
		go l.play(frames, cancel)
		units := 0
		_ = rx.Run(ctx, l.source, func(*AccessUnit) error { units++; return nil })
		if s := rx.Stats(); s.Lost != 0 || units != frames {
			t.Errorf("%d units, stats %+v", units, s)
		}
	})
}
