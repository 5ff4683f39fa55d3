package mediaclock

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// syncBase is when simulations begin, on our clock.
var syncBase = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// spell is a time in a simulation.
type spell struct{ from, to time.Duration }

func (s spell) holds(t time.Duration) bool { return t >= s.from && t < s.to }

// recorded is one track of a simulated publisher.
type recorded struct {
	kind   caps.Kind
	ppm    float64                             // of its sample clock
	delay  time.Duration                       // of the encoder and the network
	extra  func(t time.Duration) time.Duration // more delay, may be nil
	jitter time.Duration                       // mean of what comes on top
	report func(r *rand.Rand) time.Duration    // how wrong a report is, may be nil
	mute   spell                               // nothing is sent
	dtx    spell                               // one frame in 400 ms is sent
	pause  spell                               // nothing is sent, and timestamps stand still
	again  time.Duration                       // when it is published again, if at all
	from   time.Duration                       // when it is published
	until  time.Duration                       // when it is unpublished, if at all
	depth  int                                 // number of B-frames between two others
}

func (r recorded) rate() int64 {
	if r.kind == caps.Audio {
		return 48000
	}
	return 90000
}

func (r recorded) step() time.Duration {
	if r.kind == caps.Audio {
		return 20 * time.Millisecond
	}
	return time.Second / 30
}

// studio is a simulated publisher, and what lies between it and us.
type studio struct {
	tracks  []recorded
	length  time.Duration
	ahead   time.Duration                       // of the publisher's wall clock
	ppm     float64                             // of the publisher's wall clock
	ours    func(t time.Duration) time.Duration // our clock; nil: perfect
	stepAt  time.Duration                       // when the publisher's wall clock is set
	stepBy  time.Duration
	lost    float64 // share of the reports that do not arrive
	most    time.Duration
	unknown bool // there are no reports
	seed    uint64
	fast    bool // reports come from the beginning
}

func (s *studio) local(t time.Duration) time.Duration {
	if s.ours == nil {
		return t
	}
	return s.ours(t)
}

// wall is the publisher's wall clock.
func (s *studio) wall(t time.Duration) time.Time {
	at := wallClock.Add(s.ahead + t + scale(t, s.ppm/1e6))
	if s.stepBy != 0 && t >= s.stepAt {
		at = at.Add(s.stepBy)
	}
	return at
}

// shownAt is one frame that a simulation presents.
type shownAt struct {
	track    int
	session  int // of the track: when it was published
	captured time.Duration
	shown    time.Duration // on our clock
	stamps   Stamps        // as they were
	adjusted Stamps
	skew     time.Duration // what the member says
	state    SyncState
}

// happening is something that arrives in a simulation.
type happening struct {
	at time.Duration
	do func()
}

// run simulates and returns what is presented, in order of arrival.
func (s *studio) run(t *testing.T) (all []shownAt) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, s.seed))
	group := &syncGroup{base: syncBase}
	var agenda []happening
	begin := time.Duration(2.1 * float64(time.Second))
	if s.fast {
		begin = 600 * time.Millisecond
	}
	for i, r := range s.tracks {
		var member *SyncMember
		first := random.Uint32()
		started, session := s.local(r.from), 0
		clock := &Clock{rate: r.rate()}
		join := func(at time.Duration) {
			agenda = append(agenda, happening{at, func() {
				if member != nil {
					group.leave(member, at)
				}
				clock = &Clock{rate: r.rate()}
				started = at
				session++
				member = group.join(SyncOptions{Kind: r.kind, MaxDelay: s.most}, at)
				member.Begin(r.rate(), syncBase.Add(at))
			}})
		}
		join(s.local(r.from))
		stamp := func(at time.Duration) uint32 {
			media := at
			if r.pause.to > 0 && at >= r.pause.from {
				media -= min(at, r.pause.to) - r.pause.from
			}
			if r.again > 0 && at >= r.again {
				return first + 123456789 + uint32(int64(math.Round(float64(media)*(1+r.ppm/1e6)*float64(r.rate())/1e9)))
			}
			return first + uint32(int64(math.Round(float64(media)*(1+r.ppm/1e6)*float64(r.rate())/1e9)))
		}
		if r.again > 0 {
			join(s.local(r.again))
		}
		until := s.length
		if r.until > 0 {
			until = r.until
			agenda = append(agenda, happening{s.local(until), func() { group.leave(member, s.local(until)) }})
		}
		var frames []sent
		n := 0
		for at := r.from + time.Duration(i)*7*time.Millisecond; at < until; at += r.step() {
			n++
			if r.mute.holds(at) || r.pause.holds(at) || r.again > 0 && at >= r.again-time.Second && at < r.again || r.dtx.holds(at) && n%20 != 0 {
				continue
			}
			delay := r.delay + time.Duration(random.ExpFloat64()*float64(r.jitter))
			if r.extra != nil {
				delay += r.extra(at)
			}
			if n == 1 && r.kind == caps.Video {
				delay += 60 * time.Millisecond // a key frame is large
			}
			frames = append(frames, sent{captured: at, arrival: s.local(at + delay)})
		}
		if r.depth > 0 {
			frames = bidirectional(frames, r.depth)
		}
		inOrder(frames)
		for k, f := range frames {
			next := time.Duration(math.MaxInt64)
			if k+1 < len(frames) {
				next = frames[k+1].arrival
			}
			agenda = append(agenda, happening{f.arrival, func() {
				arrival := f.arrival - started
				hold := clock.Observe(Sample{Timestamp: stamp(f.captured), Key: k == 0, Reorder: min(r.depth, 1), Begun: arrival, Arrival: arrival}, latency)
				stamps := clock.Stamp(hold > 0 && next >= f.arrival+hold)
				adjusted := member.Adjust(stamp(f.captured), stamps)
				all = append(all, shownAt{
					i, session, f.captured, started + adjusted.PTS, stamps, adjusted, member.Skew(), member.State(),
				})
			}})
		}
		for at := r.from + begin; at < until && !s.unknown; at += 3 * time.Second {
			if random.Float64() < s.lost {
				continue
			}
			off := time.Duration(0)
			if r.report != nil {
				off = r.report(random)
			}
			if at -= at % time.Millisecond; r.mute.holds(at) {
				continue // a sender that is muted may or may not report
			}
			wall, timestamp, received := s.wall(at).Add(off), stamp(at), s.local(at+r.delay)
			agenda = append(agenda, happening{received, func() { member.Report(wall, timestamp, syncBase.Add(received)) }})
		}
	}
	slices.SortStableFunc(agenda, func(a, b happening) int { return cmp.Compare(a.at, b.at) })
	for _, h := range agenda {
		h.do()
	}
	checkOrder(t, s, all)
	return all
}

// checkOrder checks that PTS keep the order that they had, and that DTS increase.
func checkOrder(t *testing.T, s *studio, all []shownAt) {
	t.Helper()
	for i := range s.tracks {
		sessions := map[int][]shownAt{}
		for _, f := range all {
			if f.track == i {
				sessions[f.session] = append(sessions[f.session], f)
			}
		}
		for _, mine := range sessions {
			for k, f := range mine[1:] {
				if f.adjusted.DTS <= mine[k].adjusted.DTS {
					t.Errorf("track %d: at %v DTS %v after %v", i, f.captured, f.adjusted.DTS, mine[k].adjusted.DTS)
					return
				}
			}
			slices.SortStableFunc(mine, func(a, b shownAt) int { return cmp.Compare(a.stamps.PTS, b.stamps.PTS) })
			for k, f := range mine[1:] {
				if f.adjusted.PTS <= mine[k].adjusted.PTS && f.stamps.PTS > mine[k].stamps.PTS {
					t.Errorf("track %d: the frame of %v is shown at %v, that of %v at %v", i, mine[k].captured, mine[k].shown, f.captured, f.shown)
					return
				}
			}
		}
	}
}

// skews returns by how much sound is late against the picture, for each picture that was taken in one of the spells.
func skews(all []shownAt, within ...spell) (late []time.Duration) {
	var sound []shownAt
	for _, f := range all {
		if f.track == 0 {
			sound = append(sound, f)
		}
	}
	k := 0
	for _, f := range all {
		if f.track != 1 || !slices.ContainsFunc(within, func(s spell) bool { return s.holds(f.captured) }) {
			continue
		}
		for k+1 < len(sound) && sound[k+1].captured <= f.captured {
			k++
		}
		if f.captured-sound[k].captured < 500*time.Millisecond && f.captured >= sound[k].captured {
			late = append(late, sound[k].shown-sound[k].captured-(f.shown-f.captured))
		}
	}
	return late
}

// worst returns the 95th percentile and the maximum of the size of some skews.
func worst(late []time.Duration) (p95, most time.Duration) {
	sizes := make([]time.Duration, len(late))
	for i, d := range late {
		sizes[i] = abs(d)
	}
	slices.Sort(sizes)
	return sizes[len(sizes)*95/100], sizes[len(sizes)-1]
}

// libwebrtc is how wrong its reports of sound are.
func libwebrtc(r *rand.Rand) time.Duration {
	return 10*time.Millisecond + time.Duration(r.Float64()*float64(10*time.Millisecond))
}

func TestSoundAndPictureAgree(t *testing.T) {
	sound := recorded{kind: caps.Audio, delay: 25 * time.Millisecond, jitter: time.Millisecond}
	picture := recorded{kind: caps.Video, delay: 45 * time.Millisecond, jitter: 2 * time.Millisecond}
	with := func(r recorded, change func(r *recorded)) recorded {
		change(&r)
		return r
	}
	later := func(by time.Duration) func(*recorded) { return func(r *recorded) { r.delay += by } }
	minute := time.Minute
	after := func(from, to time.Duration) []spell { return []spell{{from, to}} }
	fromStart := after(4*time.Second, time.Hour)
	tests := []struct {
		name   string
		studio studio
		within []spell       // nil: from 4 s on
		p95    time.Duration // 0: 20 ms
		most   time.Duration // 0: 40 ms
	}{
		{"alike", studio{tracks: []recorded{sound, picture}, length: minute}, nil, 0, 0},
		{"reports from 0.6 s on", studio{tracks: []recorded{sound, picture}, length: minute, fast: true}, nil, 0, 0},
		{"publisher 1 h ahead", studio{tracks: []recorded{sound, picture}, length: minute, ahead: time.Hour}, nil, 0, 0},
		{"publisher's clock 50 ppm fast", studio{tracks: []recorded{sound, picture}, length: 10 * minute, ppm: 50}, nil, 0, 0},
		{"sound 200 ppm fast", studio{tracks: []recorded{with(sound, func(r *recorded) { r.ppm = 200 }), picture}, length: 10 * minute}, nil, 0, 0},
		{"sound 200 ppm slow", studio{tracks: []recorded{with(sound, func(r *recorded) { r.ppm = -200 }), picture}, length: 10 * minute}, nil, 0, 0},
		{"sound 200 ppm fast and slower", studio{tracks: []recorded{with(sound, func(r *recorded) { r.ppm = 200; r.delay += 150 * time.Millisecond }), picture}, length: 10 * minute}, nil, 0, 0},
		{"sound 200 ppm slow, picture fast", studio{tracks: []recorded{
			with(sound, func(r *recorded) { r.ppm = -200 }), with(picture, func(r *recorded) { r.ppm = 200 }),
		}, length: 10 * minute}, nil, 0, 0},
		// The true time of the sound cannot be known better than its reports say: 15 ms off on average.
		{"libwebrtc's reports", studio{tracks: []recorded{with(sound, func(r *recorded) { r.report = libwebrtc }), picture}, length: 5 * minute}, nil, 22 * time.Millisecond, 0},
		{"sound later by 150 ms", studio{tracks: []recorded{with(sound, later(150*time.Millisecond)), picture}, length: minute}, nil, 0, 0},
		{"picture later by 150 ms", studio{tracks: []recorded{sound, with(picture, later(150*time.Millisecond))}, length: minute}, nil, 0, 0},
		{"jitter", studio{tracks: []recorded{
			with(sound, func(r *recorded) { r.jitter = 10 * time.Millisecond }), with(picture, func(r *recorded) { r.jitter = 15 * time.Millisecond }),
		}, length: 2 * minute}, nil, 0, 0},
		{"5 % of the reports lost", studio{tracks: []recorded{sound, with(picture, later(100*time.Millisecond))}, length: 5 * minute, lost: 0.05}, nil, 0, 0},
		{"half of the reports lost", studio{tracks: []recorded{with(sound, func(r *recorded) { r.ppm = 100 }), with(picture, later(100*time.Millisecond))}, length: 5 * minute, lost: 0.5}, after(15*time.Second, time.Hour), 0, 0},
		{"sound muted for 5 s", studio{tracks: []recorded{
			with(sound, func(r *recorded) { r.mute = spell{20 * time.Second, 25 * time.Second}; r.ppm = 100 }), with(picture, later(100*time.Millisecond)),
		}, length: minute}, nil, 0, 0},
		{"picture muted for 20 s", studio{tracks: []recorded{
			sound, with(picture, func(r *recorded) {
				r.mute = spell{20 * time.Second, 40 * time.Second}
				r.delay += 100 * time.Millisecond
			}),
		}, length: 2 * minute}, nil, 0, 0},
		{"silence between words", studio{tracks: []recorded{
			with(sound, func(r *recorded) { r.dtx = spell{20 * time.Second, 25 * time.Second} }), with(picture, later(100*time.Millisecond)),
		}, length: minute}, nil, 0, 0},
		// Until there is a report of the new sequence, the delay is that of the one before.
		{"sound published again", studio{tracks: []recorded{
			with(sound, func(r *recorded) { r.again = 20 * time.Second }), with(picture, later(150*time.Millisecond)),
		}, length: minute}, nil, 0, 0},
		{"picture published again", studio{tracks: []recorded{
			sound, with(picture, func(r *recorded) { r.again = 20 * time.Second; r.delay += 150 * time.Millisecond }),
		}, length: minute}, []spell{{4 * time.Second, 20 * time.Second}, {24 * time.Second, time.Hour}}, 0, 0},
		{"sound published 10 s late", studio{tracks: []recorded{
			with(sound, func(r *recorded) { r.from = 10 * time.Second }), with(picture, later(150*time.Millisecond)),
		}, length: minute}, after(14*time.Second, time.Hour), 0, 0},
		{"publisher's clock set by 1 s", studio{tracks: []recorded{sound, with(picture, later(100*time.Millisecond))}, length: minute, stepAt: 20 * time.Second, stepBy: time.Second}, nil, 0, 0},
		{"publisher's clock set back by 1 s, reports lost", studio{tracks: []recorded{sound, with(picture, later(100*time.Millisecond))}, length: 2 * minute, stepAt: 20 * time.Second, stepBy: -time.Second, lost: 0.3}, nil, 0, 0},
		{"our clock slews by 500 ppm", studio{tracks: []recorded{sound, with(picture, later(100*time.Millisecond))}, length: 5 * minute, ours: func(at time.Duration) time.Duration {
			return at + scale(max(at-time.Minute, 0), 500e-6)
		}}, nil, 0, 0},
		// The picture's own clock says only after two seconds that the delay has grown; then the sound follows.
		{"picture gets later by 150 ms", studio{tracks: []recorded{sound, with(picture, func(r *recorded) {
			r.extra = func(at time.Duration) time.Duration {
				if at > 20*time.Second {
					return 150 * time.Millisecond
				}
				return 0
			}
		})}, length: minute}, []spell{{4 * time.Second, 20 * time.Second}, {29 * time.Second, time.Hour}}, 0, 0},
		{"sound gets later by 150 ms", studio{tracks: []recorded{with(sound, func(r *recorded) {
			r.extra = func(at time.Duration) time.Duration {
				if at > 20*time.Second {
					return 150 * time.Millisecond
				}
				return 0
			}
		}), picture}, length: minute}, []spell{{4 * time.Second, 20 * time.Second}, {29 * time.Second, time.Hour}}, 0, 0},
		{"picture gets earlier by 150 ms", studio{tracks: []recorded{sound, with(picture, func(r *recorded) {
			r.extra = func(at time.Duration) time.Duration {
				if at < 20*time.Second {
					return 150 * time.Millisecond
				}
				return 0
			}
		})}, length: 2 * minute}, nil, 0, 0},
		{"the camera pauses without its timestamps", studio{tracks: []recorded{sound, with(picture, func(r *recorded) {
			r.pause = spell{20 * time.Second, 20*time.Second + 400*time.Millisecond}
			r.delay += 100 * time.Millisecond
		})}, length: minute}, nil, 0, 0},
		{"two B-frames", studio{tracks: []recorded{with(sound, later(150*time.Millisecond)), with(picture, func(r *recorded) { r.depth = 2 })}, length: minute}, nil, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := test.studio.run(t)
			within := test.within
			if within == nil {
				within = fromStart
			}
			p95, most := worst(skews(all, within...))
			before := worstAsTheyWere(all, within)
			if testing.Verbose() {
				fmt.Printf("%-50s before %6.1f ms   p95 %5.1f ms   max %5.1f ms\n", test.name, before.Seconds()*1e3, p95.Seconds()*1e3, most.Seconds()*1e3)
			}
			if limit := cmp.Or(test.p95, 20*time.Millisecond); p95 > limit {
				t.Errorf("95 %% of the skew is up to %v, want %v", p95, limit)
			}
			if limit := cmp.Or(test.most, 40*time.Millisecond); most > limit {
				t.Errorf("the largest skew is %v, want %v", most, limit)
			}
		})
	}
}

// worstAsTheyWere returns the 95th percentile of the skew if nothing had been adjusted.
func worstAsTheyWere(all []shownAt, within []spell) time.Duration {
	plain := slices.Clone(all)
	for i := range plain {
		plain[i].shown += plain[i].stamps.PTS - plain[i].adjusted.PTS
	}
	p95, _ := worst(skews(plain, within...))
	return p95
}
