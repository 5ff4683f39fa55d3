package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// firstSound is what the element does with a stream's wait for the first sound.
type firstSound struct{ by time.Time }

func (f *firstSound) By() time.Time          { return f.by }
func (f *firstSound) PutOff(d time.Duration) { f.by = f.by.Add(d) }
func (f *firstSound) Came()                  { f.by = time.Time{} }

// TestAPauseIsNotWaitedForSound: what is left of the wait is left behind it.
func TestAPauseIsNotWaitedForSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 5 * time.Second
		s := &Sound{epoch: time.Now(), config: SoundConfig{FirstSound: &firstSound{by: time.Now().Add(limit)}}}
		ctx, expire := context.WithCancelCause(t.Context())
		go s.watch(ctx, new(room.Track), caps.Opus, expire)
		time.Sleep(2 * limit) // it begins paused
		s.SetPaused(false)
		begun := time.Now()
		<-ctx.Done()
		if waited := time.Since(begun); waited < limit-soundPoll || waited > limit+2*soundPoll {
			t.Errorf("it was waited for %v", waited)
		}
		if none := new(NoSoundError); !errors.As(context.Cause(ctx), &none) {
			t.Errorf("it ended with %v", context.Cause(ctx))
		}
	})
}
