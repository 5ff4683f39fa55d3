package mediaclock

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// backlog is the delay of a track behind an encoder that has too little of the processor until a moment, and is never
// further behind than most. It is to be asked for one moment after another.
func backlog(random *rand.Rand, until, most time.Duration) func(at time.Duration) time.Duration {
	var behind, last, next time.Duration
	speed := 1.0 // of the encoder, in seconds of the track a second
	return func(at time.Duration) time.Duration {
		elapsed := at - last
		last = at
		if at >= next {
			next = at + time.Duration(random.IntN(1500))*time.Millisecond
			speed = 0.2 + random.Float64()*1.3
		}
		if at >= until {
			speed = 3
		}
		behind = min(max(behind+scale(elapsed, 1-speed), 0), most)
		return behind
	}
}

// TestSoundAndPictureAgreeAfterABusyTime has a publisher that is too busy for the first seconds, so that the first
// reports come while nobody knows the smallest delay of a track, and the delay that was found then is wrong by far.
func TestSoundAndPictureAgreeAfterABusyTime(t *testing.T) {
	const recovery = 8 * time.Second // a report, after which the delay is known again, and a large error is taken at once
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 77))
		upTo := func(ms int) time.Duration { return time.Duration(random.IntN(ms)) * time.Millisecond }
		until := time.Second + upTo(14000)
		sound := plainSound
		sound.extra = backlog(random, until, upTo(300))
		picture := plainPicture
		picture.extra = backlog(random, until, 100*time.Millisecond+upTo(900))
		s := studio{tracks: []recorded{sound, picture}, length: until + time.Minute, seed: seed, fast: random.IntN(2) == 0}
		all := s.run(t)
		after := spell{until + recovery, time.Hour}
		p95, most := worst(skews(all, after))
		if testing.Verbose() {
			before := worstAsTheyWere(all, []spell{after})
			fmt.Printf("%3d  busy for %6v  before %6.1f ms  p95 %5.1f ms  max %5.1f ms\n",
				seed, until, before.Seconds()*1e3, p95.Seconds()*1e3, most.Seconds()*1e3)
		}
		if p95 > 20*time.Millisecond || most > 40*time.Millisecond {
			t.Errorf("seed %d, busy for %v: the skew is %v at 95 %%, %v at most", seed, until, p95, most)
		}
	}
}

// TestSoundThatIsTooLateIsTakenAtOnce has sound that was delayed with a picture that is not late any more. One frame
// cannot become earlier by more than its length, so some have to be left out.
func TestSoundThatIsTooLateIsTakenAtOnce(t *testing.T) {
	g := &syncGroup{base: syncBase}
	sound := g.join(SyncOptions{Kind: caps.Audio}, 0)
	picture := g.join(SyncOptions{Kind: caps.Video}, 0)
	sound.Begin(48000, syncBase)
	picture.Begin(90000, syncBase)
	for at := time.Duration(0); at < 20*time.Second; at += 20 * time.Millisecond {
		ms := uint32(at / time.Millisecond)
		if at%(3*time.Second) == 0 {
			sound.Report(wallClock.Add(at), 48*ms, syncBase.Add(at))
			picture.Report(wallClock.Add(at), 90*ms, syncBase.Add(at))
		}
		if at == 10*time.Second {
			sound.delay += 440 * time.Millisecond
		}
		sound.Adjust(48*ms, Stamps{PTS: at, DTS: at})
		picture.Adjust(90*ms, Stamps{PTS: at, DTS: at})
		if d := sound.Delay(); at > 12*time.Second && d > syncLeast {
			t.Fatalf("two seconds later the sound is still delayed by %v", d)
		}
	}
}
