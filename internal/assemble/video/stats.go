package video

import (
	"sync/atomic"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// Stats counts what a [Receiver] did since it was made. All but Jitter only ever grow.
type Stats struct {
	rtp.Stats

	AccessUnits uint64 // delivered
	KeyFrames   uint64 // those of AccessUnits
	// KeyFramesBegun is how many key frames began to arrive, whole in the end or not.
	KeyFramesBegun uint64
	// BareKeyFrames would be key frames, had they come with the parameter sets or the sequence header that decoding needs.
	BareKeyFrames uint64
	Dropped       uint64 // access units not delivered: incomplete, or without the key frame that they build on
	BlankFrames   uint64 // frames made up by the server, left out
	// Oversized is those of Dropped whose pictures Config.AcceptSize refused.
	Oversized uint64
	// Undecryptable is those of Dropped that Config.Decryptor could not decrypt.
	Undecryptable uint64

	KeyFrameRequests uint64 // calls of Config.RequestKeyFrame
}

// Add adds what came after s; the Jitter is that of o.
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

// counters are Stats for one goroutine that counts and any that read.
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
