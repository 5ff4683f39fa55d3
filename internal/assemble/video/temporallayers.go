package video

import "github.com/pion/rtp/codecs"

const (
	// layerAway is after how many frames of the lowest layer without one of an upper layer the server does not send that one:
	// encoders have one between any two, and may drop a few. layerAwayOfThree is for three layers, where the frames of the
	// second one are rarer, and all of the third refer to them: a few that are left out for nothing cost less than a picture
	// that is damaged.
	layerAway        = 3
	layerAwayOfThree = 1
	// layerPatience is for how many frames of the lowest layer a frame is waited for that an upper layer can begin with: some
	// encoders may mark none.
	layerPatience = 32
)

// temporalLayers follows the temporal layers of a VP8 stream (RFC 7741 section 4.2), which has four, or of VP9, which has
// eight. A server that leaves an upper layer out and then sends it again begins with any frame of it, and those refer to
// frames that were left out: what decoders make of them is damaged. The numbers of the frames do not show it, because the
// server closes the gaps in them.
type temporalLayers struct {
	base   int    // frames of the lowest layer
	last   [8]int // base at the last frame of each layer, or at a key frame
	waited [8]int // base when the first frame of a layer was refused
	away   [8]bool
	three  bool // there are three layers
}

// takes reports whether a frame can be decoded, by the descriptor of its first packet.
func (l *temporalLayers) takes(d *codecs.VP8Packet, key bool) bool {
	switch {
	case key:
		*l = temporalLayers{base: 1, three: l.three} // the frames of all layers behind it refer to it
		return true
	case d.T == 0:
		return true
	case d.TID == 0:
		l.base++
		return true
	}
	l.three = l.three || d.TID == 2
	if d.Y == 1 { // it refers to the lowest layer only
		l.away[d.TID] = false
	}
	for tid := d.TID; tid > 0 && d.Y == 0; tid-- {
		if l.isAway(tid) {
			return false
		}
	}
	l.last[d.TID] = l.base
	return true
}

// isAway reports whether a layer has been left out, and has not begun again.
func (l *temporalLayers) isAway(tid uint8) bool {
	patience := layerAway
	if l.three {
		patience = layerAwayOfThree
	}
	if !l.away[tid] && l.base-l.last[tid] > patience {
		l.away[tid], l.waited[tid] = true, l.base
	}
	if l.away[tid] && l.base-l.waited[tid] > layerPatience {
		l.away[tid], l.last[tid] = false, l.base
	}
	return l.away[tid]
}
