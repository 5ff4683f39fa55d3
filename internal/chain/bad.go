package chain

import (
	"slices"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	// stumbles is how many key frames in a row a decoder may fail with. Any publisher can send a key frame that cannot be
	// decoded.
	stumbles = 3
	// soundFrames is after how many pictures a decoder counts as working, even if it fails later.
	soundFrames = 30
	// giveUpAfter is how long all decoders may fail before the first picture.
	giveUpAfter = 10 * time.Second
)

// stumbled says what to do about a chain whose elements could not continue with the stream, like GstLivekitStumbled.
type stumbled int

const (
	stumbledSilent stumbled = iota
	stumbledWarn
	stumbledFailed
)

// BadDecoders remembers decoders that turned out not to work, by the names of their
// factories, so that no later [Chain] of the stream tries them again. The zero value
// knows none. Its methods may be called from any goroutine.
type BadDecoders struct {
	// Final says that decoders which fail with several key frames get no second chance. It is set before the first use.
	Final bool

	mu     sync.Mutex
	names  []string
	aside  []string       // decoders that failed with several key frames, for which the publisher may be to blame
	failed map[string]int // how many key frames in a row each decoder failed with
	since  time.Time      // when the first failure happened
	shown  bool           // a picture was decoded
	warned bool           // the user was told that the stream is damaged
}

// Names returns the decoders that do not work, in the order in which they failed. The slice is the caller's.
func (b *BadDecoders) Names() []string {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Concat(b.names, b.aside)
}

// missing returns the error that says why there is no decoder.
func (b *BadDecoders) missing(codec caps.Codec) error {
	if b == nil {
		return &NoDecoderError{Codec: codec}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.aside) > 0 {
		return &UndecodableError{Codec: codec, Tried: slices.Clone(b.aside)}
	}
	return &NoDecoderError{Codec: codec, Bad: slices.Clone(b.names)}
}

func (b *BadDecoders) add(name string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Contains(b.names, name) && !slices.Contains(b.aside, name) {
		b.names = append(b.names, name)
	}
}

// stumbled records that a decoder, or "" for a stream that is not decoded, could not continue with the stream after
// decoding so many pictures.
func (b *BadDecoders) stumbled(name string, decoded int, now time.Time) stumbled {
	if b == nil {
		return stumbledSilent
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed == nil {
		b.failed = make(map[string]int)
	}
	b.shown = b.shown || decoded > 0
	if decoded >= soundFrames {
		clear(b.failed)
	} else if name != "" {
		if len(b.failed) == 0 {
			b.since = now
		}
		if b.failed[name]++; b.failed[name] >= stumbles {
			b.aside = append(b.aside, name)
			return stumbledFailed
		}
	}
	if b.warned || name != "" && decoded == 0 {
		return stumbledSilent
	}
	b.warned = true
	return stumbledWarn
}

// forgive gives decoders that failed with several key frames another chance if there is no other decoder, unless there
// was no picture for so long that another key frame will not help. It reports whether there were such decoders.
func (b *BadDecoders) forgive(now time.Time) bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.aside) == 0 || b.Final || !b.shown && now.Sub(b.since) >= giveUpAfter {
		return false
	}
	b.aside = nil
	for name := range b.failed {
		b.failed[name] = 0 // since is not reset
	}
	return true
}
