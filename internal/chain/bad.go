package chain

import (
	"slices"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	// stumbles is with how many key frames in a row a decoder may fail. Any publisher can
	// send one that cannot be decoded.
	stumbles = 3
	// soundFrames is after how many pictures a decoder works, however it fails later.
	soundFrames = 30
	// giveUpAfter is how long all decoders may fail before the first picture.
	giveUpAfter = 10 * time.Second
)

// stumbled says what is to be done about a chain that could not go on with the stream:
// as GstLivekitStumbled.
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
	// Final says that decoders which fail with several key frames get no other chance.
	// It is set before the first use.
	Final bool

	mu     sync.Mutex
	names  []string
	aside  []string       // those that failed with several key frames, which the publisher may be to blame for
	failed map[string]int // with how many key frames in a row
	since  time.Time      // when the first of these failed
	shown  bool           // a picture was decoded
	warned bool           // the user knows that the stream is damaged
}

// Names returns them in the order in which they failed. The slice is the caller's.
func (b *BadDecoders) Names() []string {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Concat(b.names, b.aside)
}

// missing says why there is no decoder.
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

// stumbled notes that a decoder, empty where nothing decodes, could not go on with the
// stream after so many pictures.
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

// forgive gives those another chance that failed with several key frames, when there
// is no other decoder: unless no picture came for so long that another key frame is
// not going to help. It reports whether there were any.
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
		b.failed[name] = 0 // and since stays
	}
	return true
}
