package video

import (
	"sync/atomic"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Stats counts what a [Receiver] did since it was made. All fields except Jitter only grow.
type Stats struct {
	rtp.Stats

	AccessUnits uint64 // access units delivered
	KeyFrames   uint64 // key frames among AccessUnits
	// KeyFramesBegun counts key frames that began to arrive, whether they became complete or not.
	KeyFramesBegun uint64
	// BareKeyFrames counts key frames without the parameter sets or the sequence header that decoding needs.
	BareKeyFrames uint64
	Dropped       uint64 // access units not delivered: incomplete, or without the key frame that they depend on
	BlankFrames   uint64 // frames made by the server, dropped
	// Oversized counts the units in Dropped whose pictures Config.AcceptSize refused.
	Oversized uint64
	// Undecryptable counts the units in Dropped that Config.Decryptor could not decrypt.
	Undecryptable uint64

	KeyFrameRequests uint64 // calls of Config.RequestKeyFrame
}

// Add adds the counts of o; the Jitter becomes that of o.
func (s *Stats) Add(o Stats) {
	s.Stats.Add(o.Stats)
	s.AccessUnits += o.AccessUnits
	s.KeyFrames += o.KeyFrames
	s.KeyFramesBegun += o.KeyFramesBegun
	s.BareKeyFrames += o.BareKeyFrames
	s.Dropped += o.Dropped
	s.BlankFrames += o.BlankFrames
	s.Oversized += o.Oversized
	s.Undecryptable += o.Undecryptable
	s.KeyFrameRequests += o.KeyFrameRequests
}

// counters are Stats that one goroutine writes and any goroutine may read.
type counters struct {
	accessUnits, keyFrames, dropped, blankFrames atomic.Uint64
	keyFrameRequests, undecryptable              atomic.Uint64
	keyFramesBegun, bareKeyFrames, oversized     atomic.Uint64
}

func (c *counters) stats() Stats {
	return Stats{
		AccessUnits:      c.accessUnits.Load(),
		KeyFrames:        c.keyFrames.Load(),
		KeyFramesBegun:   c.keyFramesBegun.Load(),
		BareKeyFrames:    c.bareKeyFrames.Load(),
		Dropped:          c.dropped.Load(),
		BlankFrames:      c.blankFrames.Load(),
		Oversized:        c.oversized.Load(),
		Undecryptable:    c.undecryptable.Load(),
		KeyFrameRequests: c.keyFrameRequests.Load(),
	}
}
