package mediaclock

import (
	"testing"
	"time"
)

// keptBack is the delay of what is sent between two moments and is kept back until the second one.
func keptBack(s spell) func(at time.Duration) time.Duration {
	return func(at time.Duration) time.Duration {
		if s.holds(at) {
			return s.to - at
		}
		return 0
	}
}

// caughtUp is keptBack, but what was kept back is sent little by little, at 1 and the given speed times the pace of the sender.
func caughtUp(s spell, speed float64) func(at time.Duration) time.Duration {
	return func(at time.Duration) time.Duration {
		if at < s.from {
			return 0
		}
		return max(s.to-s.from-scale(at-s.from, speed/(1+speed)), 0)
	}
}

// TestSoundAndPictureAgreeAfterAStall has a publisher that stops for a while: then it sends all that it should have sent, or nothing of
// it, or its timestamps did not run meanwhile, of both tracks or of one. If a track is late afterwards, a report and some seconds have
// to pass before it is known that its timestamps have not left out a pause.
func TestSoundAndPictureAgreeAfterAStall(t *testing.T) {
	const begin, recovery, most = 20 * time.Second, 6 * time.Second, 40 * time.Millisecond
	ways := []struct {
		name  string
		speed float64 // at which a track catches up, or how it does not stay late
		do    func(r *recorded, s spell)
	}{
		{"kept back", inTime, func(r *recorded, s spell) { r.extra = keptBack(s) }},
		{"left out", inTime, func(r *recorded, s spell) { r.mute = s }},
		{"timestamps stand still", inTime, func(r *recorded, s spell) { r.pause = s }},
		{"caught up slowly", 0.3, nil},
		{"caught up fast", 3, nil},
		{"late for good", late, nil},
		{"nothing", inTime, func(*recorded, spell) {}},
	}
	seed := uint64(0)
	for _, length := range []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, time.Second, 3 * time.Second} {
		for _, ofSound := range ways {
			for _, ofPicture := range ways {
				if length > 400*time.Millisecond && (ofSound.speed == late || ofPicture.speed == late) {
					continue // too far apart
				}
				seed++
				from := begin + time.Duration(seed%4)*700*time.Millisecond
				stall, over := spell{from, from + length}, from+length
				tracks := []recorded{plainSound, plainPicture}
				for i, way := range []struct {
					speed float64
					do    func(*recorded, spell)
				}{{ofSound.speed, ofSound.do}, {ofPicture.speed, ofPicture.do}} {
					if way.speed == inTime {
						way.do(&tracks[i], stall)
						continue
					}
					tracks[i].extra = caughtUp(stall, way.speed)
					if over = max(over, from+recovery); way.speed != late {
						over = max(over, from+scale(length, (1+way.speed)/way.speed)+recovery)
					}
				}
				s := studio{tracks: tracks, length: 45 * time.Second, seed: seed}
				if _, skew := worst(skews(s.run(t), spell{4 * time.Second, from}, spell{over, time.Minute})); skew > most {
					t.Errorf("%v, sound: %s, picture: %s: the largest skew is %v", length, ofSound.name, ofPicture.name, skew)
				}
			}
		}
	}
}

// Speeds of tracks that are not late after a stall, and of those that stay late.
const inTime, late = -1, 0
