package mediaclock

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// incident lets something happen to a track between 20 and 31 s, by chance, and says what.
func (r recorded) incident(random *rand.Rand) (recorded, string) {
	length := time.Duration(random.IntN(10000)+1000) * time.Millisecond
	switch random.IntN(7) {
	case 0:
		r.mute = spell{20 * time.Second, 20*time.Second + length}
		return r, fmt.Sprintf("%v muted for %v", r.kind, length)
	case 1:
		r.again = 20*time.Second + length
		return r, fmt.Sprintf("%v published again", r.kind)
	case 2:
		r.pause = spell{20 * time.Second, 20*time.Second + length/5}
		return r, fmt.Sprintf("%v pauses for %v", r.kind, length/5)
	case 3:
		r.dtx = spell{20 * time.Second, 20*time.Second + length}
		return r, fmt.Sprintf("%v comes seldom for %v", r.kind, length)
	}
	return r, fmt.Sprintf("%v goes on", r.kind)
}

// TestSoundAndPictureAgreeByChance has publishers, networks and incidents of all kinds. The sound's reports of half of them
// are as wrong as libwebrtc's, 15 ms on average. One in twenty reports is lost, and so may be a track's first two.
func TestSoundAndPictureAgreeByChance(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 9))
		upTo := func(ms int) time.Duration { return time.Duration(random.IntN(ms)) * time.Millisecond }
		sound := recorded{kind: caps.Audio, delay: 20*time.Millisecond + upTo(200), jitter: upTo(10), ppm: random.Float64()*400 - 200}
		picture := recorded{kind: caps.Video, delay: 20*time.Millisecond + upTo(200), jitter: upTo(10), ppm: random.Float64()*400 - 200}
		limit := 20 * time.Millisecond
		if random.IntN(2) == 0 {
			sound.report = libwebrtc
			limit = 28 * time.Millisecond
		}
		var what, also string
		sound, what = sound.incident(random)
		picture, also = picture.incident(random)
		s := studio{
			tracks: []recorded{sound, picture}, length: time.Minute, ahead: time.Hour, ppm: random.Float64()*100 - 50, lost: 0.05, seed: seed,
		}
		// A clock that is set while a track is published again is only understood nine seconds later.
		if random.IntN(4) == 0 && sound.again == 0 && picture.again == 0 {
			s.stepAt, s.stepBy = 25*time.Second, time.Duration(random.IntN(4000)-2000)*time.Millisecond
			also += fmt.Sprintf(", clock set by %v", s.stepBy)
		}
		p95, most := worst(skews(s.run(t), spell{9 * time.Second, 20 * time.Second}, spell{36 * time.Second, time.Hour}))
		if testing.Verbose() {
			fmt.Printf("%2d  p95 %5.1f ms  max %5.1f ms  %s, %s\n", seed, p95.Seconds()*1e3, most.Seconds()*1e3, what, also)
		}
		if p95 > limit || most > 40*time.Millisecond {
			t.Errorf("seed %d: %s, %s; delays %v and %v: the skew is %v at 95 %%, %v at most", seed, what, also, sound.delay, picture.delay, p95, most)
		}
	}
}
