package mediaclock

import (
	"slices"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

var (
	plainSound   = recorded{kind: caps.Audio, delay: 25 * time.Millisecond, jitter: time.Millisecond}
	plainPicture = recorded{kind: caps.Video, delay: 45 * time.Millisecond, jitter: 2 * time.Millisecond}
)

// delayedBy returns a track with a longer way.
func (r recorded) delayedBy(d time.Duration) recorded {
	r.delay += d
	return r
}

// of returns what is presented of one track in a time.
func of(all []shownAt, track int, within spell) (mine []shownAt) {
	for _, f := range all {
		if f.track == track && within.holds(f.captured) {
			mine = append(mine, f)
		}
	}
	return mine
}

// added is what is added to the times of a frame.
func (f shownAt) added() time.Duration { return f.adjusted.PTS - f.stamps.PTS }

func TestATrackAloneKeepsItsTimes(t *testing.T) {
	second := plainPicture.delayedBy(100 * time.Millisecond)
	mixed := plainPicture
	mixed.depth, mixed.ppm = 2, 100
	for name, tracks := range map[string][]recorded{
		"sound": {plainSound}, "picture": {plainPicture}, "B-frames": {mixed}, "camera and screen": {plainPicture, second}, "two of sound": {plainSound, plainSound},
	} {
		t.Run(name, func(t *testing.T) {
			s := studio{tracks: tracks, length: time.Minute, ahead: time.Hour}
			for _, f := range s.run(t) {
				if f.adjusted != f.stamps {
					t.Fatalf("at %v the times %v became %v", f.captured, f.stamps, f.adjusted)
				}
				if f.state != SyncWaiting || f.skew != 0 {
					t.Fatalf("at %v it is %v, with a skew of %v", f.captured, f.state, f.skew)
				}
			}
		})
	}
	t.Run("without reports", func(t *testing.T) {
		s := studio{tracks: []recorded{plainSound, second}, length: time.Minute, unknown: true}
		for _, f := range s.run(t) {
			if f.adjusted != f.stamps {
				t.Fatalf("at %v the times %v became %v", f.captured, f.stamps, f.adjusted)
			}
		}
	})
}

func TestNoMemberIsOff(t *testing.T) {
	m := JoinSync(SyncKey{Server: "ws://127.0.0.1", Room: "demo"}, SyncOptions{})
	if m != nil {
		t.Fatal("a track of an unknown publisher is in a group")
	}
	s := Stamps{PTS: 5 * time.Second, DTS: 4 * time.Second}
	m.Begin(90000, syncBase)
	m.Report(wallClock, 1, syncBase)
	m.Captured(wallClock, 1, time.Second)
	if out := m.Adjust(1, s); out != s || m.State() != SyncOff || m.Skew() != 0 || m.Delay() != 0 {
		t.Errorf("%v became %v in state %v", s, out, m.State())
	}
	m.Leave()
}

func TestTheFasterTrackMoves(t *testing.T) {
	t.Run("sound moves once, the picture never", func(t *testing.T) {
		s := studio{tracks: []recorded{plainSound, plainPicture.delayedBy(100 * time.Millisecond)}, length: time.Minute}
		all := s.run(t)
		for _, f := range of(all, 1, spell{0, time.Hour}) {
			if f.added() > syncLeast {
				t.Fatalf("at %v the picture moves by %v", f.captured, f.added())
			}
		}
		moves, before := 0, time.Duration(0)
		for _, f := range of(all, 0, spell{0, time.Hour}) {
			if abs(f.added()-before) > syncLeast {
				moves++
			}
			before = f.added()
		}
		if moves != 1 || abs(before-120*time.Millisecond) > syncLeast {
			t.Errorf("the sound moves %d times, in the end by %v", moves, before)
		}
	})
	t.Run("the picture moves smoothly", func(t *testing.T) {
		s := studio{tracks: []recorded{plainSound.delayedBy(200 * time.Millisecond), plainPicture}, length: time.Minute}
		all := s.run(t)
		for _, f := range of(all, 0, spell{0, time.Hour}) {
			if f.added() > syncLeast {
				t.Fatalf("at %v the sound moves by %v", f.captured, f.added())
			}
		}
		pictures := of(all, 1, spell{3 * time.Second, time.Hour})
		for i, f := range pictures[1:] {
			if step := f.shown - pictures[i].shown; step < 15*time.Millisecond || step > 55*time.Millisecond {
				t.Errorf("at %v a picture is shown %v after the one before", f.captured, step)
			}
		}
	})
}

func TestAnotherTracksEndMovesNothing(t *testing.T) {
	for name, change := range map[string]func(*recorded){
		"mute":      func(r *recorded) { r.mute = spell{20 * time.Second, 50 * time.Second} },
		"unpublish": func(r *recorded) { r.until = 20 * time.Second },
		"republish": func(r *recorded) { r.again = 20 * time.Second },
	} {
		t.Run(name, func(t *testing.T) {
			slow := plainPicture.delayedBy(150 * time.Millisecond)
			change(&slow)
			s := studio{tracks: []recorded{plainSound, slow}, length: 48 * time.Second}
			sound := of(s.run(t), 0, spell{10 * time.Second, time.Hour})
			for _, f := range sound {
				if off := f.added() - sound[0].added(); abs(off) > syncLeast {
					t.Fatalf("at %v the sound has moved by %v", f.captured, off)
				}
			}
		})
	}
	t.Run("for good", func(t *testing.T) {
		slow := plainPicture.delayedBy(150 * time.Millisecond)
		slow.until = 20 * time.Second
		s := studio{tracks: []recorded{plainSound, slow}, length: 2 * time.Minute}
		sound := of(s.run(t), 0, spell{10 * time.Second, time.Hour})
		for i, f := range sound[1:] {
			if step := f.shown - sound[i].shown; abs(step-20*time.Millisecond) > time.Millisecond {
				t.Fatalf("at %v a frame of sound is %v after the one before", f.captured, step)
			}
		}
		if last := sound[len(sound)-1].added(); last != 0 {
			t.Errorf("in the end the sound is still delayed by %v", last)
		}
	})
}

func TestTracksTooFarApartAreLeftAlone(t *testing.T) {
	s := studio{tracks: []recorded{plainSound, plainPicture.delayedBy(600 * time.Millisecond)}, length: time.Minute}
	all := s.run(t)
	for _, f := range all {
		if f.adjusted != f.stamps {
			t.Fatalf("at %v track %d moves by %v", f.captured, f.track, f.added())
		}
	}
	if last := all[len(all)-1]; last.state != SyncTooFar {
		t.Errorf("the state is %v", last.state)
	}
	s.most = 700 * time.Millisecond
	all = s.run(t)
	if last := all[len(all)-1]; last.state != Synchronized {
		t.Errorf("with a longer delay the state is %v", last.state)
	}
}

func TestTooFarIsToldOnce(t *testing.T) {
	g := &syncGroup{base: syncBase}
	told := 0
	var apart time.Duration
	sound := g.join(SyncOptions{Kind: caps.Audio, OnTooFar: func(d time.Duration) { told, apart = told+1, d }}, 0)
	picture := g.join(SyncOptions{Kind: caps.Video}, 0)
	sound.Begin(48000, syncBase)
	picture.Begin(90000, syncBase)
	sound.Report(wallClock, 0, syncBase)
	picture.Report(wallClock, 0, syncBase)
	for at := time.Duration(0); at < 10*time.Second; at += 20 * time.Millisecond {
		ms := uint32(at / time.Millisecond)
		sound.Adjust(48*ms, Stamps{PTS: at, DTS: at})
		picture.Adjust(90*ms, Stamps{PTS: at + time.Second, DTS: at + time.Second})
	}
	if told != 1 || abs(apart-time.Second) > time.Millisecond {
		t.Errorf("told %d times, that they are %v apart", told, apart)
	}
}

func TestSkewIsWhatRemains(t *testing.T) {
	s := studio{tracks: []recorded{plainSound, plainPicture.delayedBy(100 * time.Millisecond)}, length: time.Minute}
	all := s.run(t)
	// At the first pair the sound is not moved yet, and is early.
	if i := slices.IndexFunc(all, func(f shownAt) bool { return f.skew != 0 }); i < 0 || abs(all[i].skew) > 125*time.Millisecond {
		t.Errorf("the first skew is that of frame %d", i)
	}
	for _, f := range all {
		if f.captured > 5*time.Second && (f.state != Synchronized || abs(f.skew) > syncLeast) {
			t.Fatalf("at %v track %d is %v, with a skew of %v", f.captured, f.track, f.state, f.skew)
		}
	}
}

func TestCaptureTimesAreBetterThanReports(t *testing.T) {
	g := &syncGroup{base: syncBase}
	sound := g.join(SyncOptions{Kind: caps.Audio}, 0)
	picture := g.join(SyncOptions{Kind: caps.Video}, 0)
	sound.Begin(48000, syncBase)
	picture.Begin(90000, syncBase)
	const late, wrong = 60 * time.Millisecond, 18 * time.Millisecond
	for at := time.Duration(0); at < 20*time.Second; at += 20 * time.Millisecond {
		ms := uint32(at / time.Millisecond)
		if at%(3*time.Second) == 0 {
			sound.Report(wallClock.Add(at+wrong), 48*ms, syncBase.Add(at))
			picture.Report(wallClock.Add(at), 90*ms, syncBase.Add(at))
		}
		if at >= 6*time.Second {
			sound.Captured(wallClock.Add(at), 48*ms, at)
		}
		sound.Adjust(48*ms, Stamps{PTS: at, DTS: at})
		picture.Adjust(90*ms, Stamps{PTS: at + late, DTS: at + late})
	}
	if d := sound.Delay(); abs(d-late) > syncLeast {
		t.Errorf("the sound is delayed by %v, want %v", d, late)
	}
}

// TestATrackWhoseTimestampsAreWrongMovesNothing has a publisher that stamps 25 pictures a second as 30, or the reverse: no
// line goes through its reports. That shows when there are several.
func TestATrackWhoseTimestampsAreWrongMovesNothing(t *testing.T) {
	for name, factor := range map[string]float64{"fast": 30. / 25, "slow": 25. / 30, "a little fast": 1.01} {
		t.Run(name, func(t *testing.T) {
			wrong := plainPicture
			wrong.ppm = (factor - 1) * 1e6
			s := studio{tracks: []recorded{plainSound, wrong}, length: 2 * time.Minute, lost: 0.05}
			var first, last [2]time.Duration
			for _, f := range s.run(t) {
				if f.added() > 250*time.Millisecond {
					t.Fatalf("at %v track %d is delayed by %v", f.captured, f.track, f.added())
				}
				if f.captured < 20*time.Second {
					first[f.track] = f.added()
				}
				last[f.track] = f.added()
			}
			if d := last[0] - first[0]; abs(d) > 20*time.Millisecond {
				t.Errorf("the sound was moved by %v", d)
			}
			if d := last[1] - first[1]; abs(d) > 20*time.Millisecond {
				t.Errorf("the picture was moved by %v", d)
			}
		})
	}
}
