package engine

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

const (
	// maxBehind is how long a unit may wait for the decoder. Units that arrive in a burst may wait for less.
	maxBehind = 500 * time.Millisecond
	// behindPatience is how long the decoder may be further behind than maxBehind before its load is reduced.
	behindPatience = time.Second
	// knownPatience replaces behindPatience for slownessMemory after the decoder had to continue with a key frame.
	knownPatience  = time.Second / 4
	slownessMemory = 10 * time.Second
	// lowFrameRate is requested when there is no lower layer: half of what most publishers send.
	lowFrameRate = 15
)

// behind returns how far the decoder is behind: how late the next unit will be.
func (f *feed) behind() time.Duration {
	if f.out == nil || f.untouched() {
		return 0
	}
	return f.out.chain.Behind()
}

// watch checks how far the decoder is behind, and asks the server to send less if it stays behind. If the load cannot
// be reduced, the decoder continues with a key frame and the units waiting for it are dropped: they would be too late
// for any sink.
func (f *feed) watch(now time.Time) {
	behind := f.out.chain.Behind()
	if behind < maxBehind {
		f.behindSince, f.hopeless = time.Time{}, false
		f.raise(now)
		return
	}
	if f.behindSince.IsZero() {
		f.behindSince, f.behindThen = now, behind
	}
	patience := behindPatience
	if !f.outranAt.IsZero() && now.Sub(f.outranAt) < slownessMemory {
		patience = knownPatience
	}
	elapsed := now.Sub(f.behindSince)
	if elapsed < patience {
		return
	}
	// At this pace it catches up within a second.
	isCatchingUp := (f.behindThen - behind).Seconds() > (behind-maxBehind).Seconds()*elapsed.Seconds()
	f.behindSince, f.behindThen = now, behind
	f.lower(now, "the decoder does not keep up")
	if f.hopeless = !isCatchingUp && !f.untouched(); f.hopeless && !f.stream.ceiling.isSettling(now) {
		f.receiver.NeedKeyFrame()
	}
}

// outran records that the decoder continued with a key frame.
func (f *feed) outran(now time.Time) {
	f.stream.config.Logger.Info("frames dropped up to a key frame", "reason", "the decoder does not keep up")
	f.behindSince, f.hopeless, f.outranAt = time.Time{}, false, now
}

// lower asks the server to send less, if possible, and reports whether that is another layer.
func (f *feed) lower(now time.Time, reason string) (layer bool) {
	s := f.stream
	if !s.ceiling.see(now) || !s.choosesLayer() {
		return false
	}
	before := s.ceiling.limit()
	to, ok := f.below(before)
	if !ok {
		s.config.Logger.Debug("there is no lower layer to ask for", "reason", reason)
		return false
	}
	s.ceiling.lower(now, to)
	s.config.Logger.Warn("asking the server for less", "reason", reason, "quality", to.quality, "frame-rate", to.frameRate)
	s.setLimit(to)
	return to.quality != before.quality
}

// hasLower reports whether there is a lower layer than the one that is received.
func (f *feed) hasLower() bool {
	_, ok := f.track.Below(f.stream.received())
	return ok
}

// raise asks for more again when there has been no trouble for a while.
func (f *feed) raise(now time.Time) {
	s := f.stream
	if !s.ceiling.raise(now) {
		return
	}
	to := s.ceiling.limit()
	s.config.Logger.Info("asking the server for more again", "quality", to.quality, "frame-rate", to.frameRate)
	s.setLimit(to)
}

// below returns a limit that is lower than both the present one and what is being received: the next lower layer, or a
// lower frame rate of the lowest layer. A stream that is not decoded here keeps its layer, because elements such as
// muxers usually cannot change to another size.
func (f *feed) below(present limit) (limit, bool) {
	if f.decodes() {
		width, height := f.stream.received()
		quality, ok := f.track.Below(width, height)
		if ok && (present.quality == caps.QualityAuto || quality < present.quality) {
			return limit{quality: quality, frameRate: present.frameRate}, true
		}
		if ok {
			return limit{}, false // it was requested, but has not arrived yet
		}
	}
	if present.frameRate == 0 && f.codec != caps.H264 && f.codec != caps.H265 {
		return limit{quality: present.quality, frameRate: lowFrameRate}, true
	}
	return limit{}, false
}

// decodes reports whether the track is or will be decoded.
func (f *feed) decodes() bool {
	if f.out != nil {
		return f.out.chain.Decoder() != ""
	}
	return f.stream.willDecode(f.codec)
}

// sized is called from a streaming thread when the size of the pictures has changed.
func (s *Stream) sized(width, height int) {
	s.size.Store(uint64(uint32(width))<<32 | uint64(uint32(height)))
	if s.config.OnSize != nil {
		s.config.OnSize(width, height)
	}
}

// received returns the size of the last picture, zero before the first.
func (s *Stream) received() (width, height int) {
	size := s.size.Load()
	return int(size >> 32), int(uint32(size))
}
