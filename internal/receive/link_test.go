package receive

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// repeated is a recording that goes on for some more rounds.
func (r recording) repeated(rounds int) recording {
	one, n := r.packets, len(r.packets)
	r.packets = slices.Clone(one)
	for round := 1; round < rounds; round++ {
		r.packets = append(r.packets, recording{packets: one}.edited(func(_ int, p *timed) {
			p.at += time.Duration(round) * 2 * time.Second
			binary.BigEndian.PutUint16(p.data[2:], p.sequence()+uint16(round*n))
			binary.BigEndian.PutUint32(p.data[4:], p.timestamp()+uint32(round)*180000)
		}).packets...)
	}
	return r
}

// sooner is a recording that begins earlier.
func (r recording) sooner(by time.Duration) recording {
	return r.edited(func(_ int, p *timed) { p.at -= by })
}

// lossyLink is a link with a LiveKit server at its other end, which sends packets again as livekit-server does
// (pkg/sfu/sequencer.go): a packet at most three times, and not within 100 ms or two round trips of the last sending.
type lossyLink struct {
	trip   time.Duration
	deaf   time.Duration // for how long the server ignores requests after it has sent a packet
	loss   float64       // in each direction
	source *source

	mu     sync.Mutex
	random *rand.Rand
	sent   map[uint16]*sending
}

type sending struct {
	data  []byte
	last  time.Duration
	tries int
}

// newLossyLink plays a recording whose first packets, which nobody could miss, all arrive.
func newLossyLink(r recording, trip time.Duration, loss float64, seed uint64) *lossyLink {
	l := &lossyLink{trip: trip, deaf: min(serverDeaf, 2*trip), loss: loss, random: rand.New(rand.NewPCG(seed, 1)), sent: make(map[uint16]*sending)}
	_, first := r.frameOf(0)
	var arriving []timed
	for i, p := range r.packets {
		l.sent[p.sequence()] = &sending{data: p.data, last: p.at - trip/2}
		if i <= first || !l.loses() {
			arriving = append(arriving, p)
		}
	}
	l.source = newSource(arriving, io.EOF)
	return l
}

func (l *lossyLink) loses() bool { return l.random.Float64() < l.loss }

// request is a NACK that leaves the receiver.
func (l *lossyLink) request(sequences []uint16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loses() {
		return
	}
	asked := slices.Clone(sequences)
	time.AfterFunc(l.trip/2, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		now := time.Since(l.source.start)
		for _, sequence := range asked {
			s := l.sent[sequence]
			if s.tries >= serverTries || now-s.last <= l.deaf {
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
	const rounds = 15
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
			for seed := range uint64(2) {
				t.Run(fmt.Sprintf("%v %v%% %s %d", link.trip, 100*link.loss, codec, seed), func(t *testing.T) {
					r := load(t, codec).repeated(rounds)
					synctest.Test(t, func(t *testing.T) {
						l := newLossyLink(r, link.trip, link.loss, seed)
						v := viewer{start: l.source.start, latency: StartLatency}
						asked := 0
						rx, err := New(Config{
							Codec: r.codec, Latency: Adaptive, OnLatency: v.report, RequestPackets: l.request,
							RoundTrip:       func() time.Duration { return link.trip },
							RequestKeyFrame: func() { asked++ },
						})
						if err != nil {
							t.Fatal(err)
						}
						_ = rx.Run(t.Context(), l.source, v.take)
						t.Logf("shown %d, pause %v, key frames %d, latencies %v, %+v", v.shown, v.pause, asked, v.reports, rx.Stats())
						// A key frame that was asked for does not come: after a packet that was lost for good, the recording's own
						// have to do, one a second.
						if want := float64(rounds*60)*link.shown - 30*float64(rx.Stats().Lost); float64(v.shown) < want {
							t.Errorf("%d of %d frames shown, want %.0f", v.shown, rounds*60, want)
						}
						if v.pause > link.pause && rx.Stats().Lost == 0 {
							t.Errorf("the longest pause is %v, want at most %v", v.pause, link.pause)
						}
					})
				})
			}
		}
	}
}

// TestAServerThatGuessesTheRoundTripIsWaitedFor has the server take a short way for a long one, as it does until it has
// measured it.
func TestAServerThatGuessesTheRoundTripIsWaitedFor(t *testing.T) {
	r := load(t, "vp8").repeated(15)
	synctest.Test(t, func(t *testing.T) {
		l := newLossyLink(r, time.Millisecond, 0.05, 3)
		l.deaf = serverDeaf
		rx, err := New(Config{
			Codec: r.codec, Latency: Adaptive, RequestPackets: l.request,
			RoundTrip: func() time.Duration { return time.Millisecond },
		})
		if err != nil {
			t.Fatal(err)
		}
		units := 0
		_ = rx.Run(t.Context(), l.source, func(*AccessUnit) error { units++; return nil })
		if s := rx.Stats(); s.Lost != 0 || units != len(r.frames)*15 {
			t.Errorf("%d units, stats %+v", units, s)
		}
	})
}
