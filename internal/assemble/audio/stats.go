package audio

import (
	"sync/atomic"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Stats counts what a [Receiver] did since it was made. All fields except Jitter only grow. Packets that a later one
// repeats count in Lost, too.
type Stats struct {
	rtp.Stats

	Frames    uint64 // frames played
	Redundant uint64 // frames among Frames that come from a later packet
	Silent    uint64 // frames among Frames in which the publisher says that there is silence
	Blank     uint64 // packets made by the server, dropped
	Repeated  uint64 // packets with the timestamp of the one before, dropped
	// Invalid counts packets whose payload is neither what the codec has nor what RFC 2198 allows. The valid frames in
	// them are played.
	Invalid uint64
	// Undecryptable counts packets that were refused, or that Config.Decryptor could not decrypt.
	Undecryptable uint64
}

// Add adds the counts of o; the Jitter becomes that of o.
func (s *Stats) Add(o Stats) {
	s.Stats.Add(o.Stats)
	s.Frames += o.Frames
	s.Redundant += o.Redundant
	s.Silent += o.Silent
	s.Blank += o.Blank
	s.Repeated += o.Repeated
	s.Invalid += o.Invalid
	s.Undecryptable += o.Undecryptable
}

// counters are Stats that one goroutine writes and any goroutine may read.
type counters struct {
	frames, redundant, silent, blank, repeated, invalid, undecryptable atomic.Uint64
}

func (c *counters) stats() Stats {
	return Stats{
		Frames:        c.frames.Load(),
		Redundant:     c.redundant.Load(),
		Silent:        c.silent.Load(),
		Blank:         c.blank.Load(),
		Repeated:      c.repeated.Load(),
		Invalid:       c.invalid.Load(),
		Undecryptable: c.undecryptable.Load(),
	}
}
