package chain

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestCodecThatIsNoneHasNoDecoder(t *testing.T) {
	_, err := New(Config{})
	if missing := new(NoDecoderError); !errors.As(err, &missing) {
		t.Errorf("New: %v, want a NoDecoderError", err)
	}
}

func TestChainGoesOnAfterDamagedUnits(t *testing.T) {
	for codec := range encoders {
		t.Run(codec.String(), func(t *testing.T) {
			units := encode(t, ball(codec))
			c := newChain(t, Config{Codec: codec})
			damaged := [][]byte{units[0], bytes.Repeat([]byte{0xa5}, 500), {0}, units[1][:len(units[1])/2]}
			pushAll(t, c, append(damaged, units...))
			c.End()
			frames := 0
			for {
				f, err := c.Next(t.Context(), nil)
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				f.Release()
				frames++
			}
			if frames < len(units) {
				t.Errorf("%d frames, want at least the %d that came after the damage", frames, len(units))
			}
		})
	}
}

func TestDecoderAsksForAKeyFrameAfterDamage(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	asked := make(chan struct{}, 100)
	c := newChain(t, Config{Codec: caps.VP8, KeyFrameWanted: func(time.Time) { asked <- struct{}{} }})
	pushAll(t, c, [][]byte{units[0], bytes.Repeat([]byte{0xa5}, 500), units[2]})
	select {
	case <-asked:
	case <-time.After(time.Minute):
		t.Fatal("no key frame was asked for")
	}
}

// A callback that is under way when Close begins may take what Close takes.
func TestCloseWaitsForACallbackThatUsesTheChain(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	entered, release := make(chan struct{}), make(chan struct{})
	var c *Chain
	callback := sync.OnceFunc(func() {
		close(entered)
		<-release
		c.SetLatency(time.Second)
		c.Counts()
	})
	c, err := New(Config{Codec: caps.VP8, KeyFrameWanted: func(time.Time) { callback() }})
	if err != nil {
		t.Fatal(err)
	}
	pushAll(t, c, [][]byte{units[0], bytes.Repeat([]byte{0xa5}, 500), units[2]})
	<-entered
	var closing sync.WaitGroup
	closing.Go(c.Close)
	close(release)
	closing.Wait()
}

func TestPanicInACallbackIsTheChainsError(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8, KeyFrameWanted: func(time.Time) { panic("a bug") }})
	pushAll(t, c, [][]byte{units[0], bytes.Repeat([]byte{0xa5}, 500), units[2]})
	for {
		f, err := c.Next(t.Context(), nil)
		if err != nil {
			if c.Err() == nil || !errors.Is(err, c.Err()) {
				t.Errorf("Next: %v, Err: %v", err, c.Err())
			}
			return
		}
		f.Release()
	}
}
