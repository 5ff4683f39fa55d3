package playout

import (
	"slices"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

// fadeTime is how long sound fades to silence and back, so that there is no click.
const fadeTime = 2500 * time.Microsecond

// samples is the form of a stream that is decoded.
type samples struct {
	timeline *Timeline
	decoder  sound.Decoder
	decoded  []int16
	moved    []int16
	last     [2]int16 // the last sample of each channel
	quiet    bool     // the last piece was silent
}

func (s *samples) close() { s.decoder.Close() }

// room returns memory for samples of this length.
func (s *samples) room(d time.Duration) []int16 {
	n := (s.timeline.samplesIn(d) + 1) * s.decoder.Channels()
	s.decoded = slices.Grow(s.decoded[:0], n)[:n]
	return s.decoded
}

func (s *samples) play(f *audio.Frame, cut, move time.Duration) error {
	if f.Discont { // of another publisher, or of one that was restarted
		s.decoder.Reset()
	}
	decoded := s.room(max(f.Duration, sound.MaxPacket))
	n, err := s.decoder.Decode(decoded, f.Data)
	if err != nil { // a packet that is damaged is as good as lost
		return s.conceal(f.Duration-cut, nil)
	}
	channels := s.decoder.Channels()
	cutSamples := min(s.timeline.samplesIn(cut), n)
	from := decoded[cutSamples*channels : n*channels]
	if move != 0 {
		from = s.move(from, move)
	}
	if s.quiet || cutSamples > 0 {
		s.fadeIn(from)
	}
	return s.give(Sound, from, f)
}

// leastPeriod and mostPeriod limit how much sound is left out or repeated at a time: the period of a voice or a few of them.
const (
	leastPeriod = 2500 * time.Microsecond
	mostPeriod  = 15 * time.Millisecond
)

// move makes sound longer by as much of a time as nobody hears, or shorter if that is negative. It leaves out or repeats
// what repeats itself. If nothing does, the pitch changes a little.
func (s *samples) move(from []int16, by time.Duration) []int16 {
	channels := s.decoder.Channels()
	n := len(from) / channels
	most := min(by.Abs()+settled, mostPeriod)
	if period := sound.Repetition(from, channels, s.timeline.samplesIn(leastPeriod), s.timeline.samplesIn(most)); period > 0 {
		if by < 0 {
			return sound.LeaveOut(from, channels, period)
		}
		to := s.moveTo(n + period)
		sound.Repeat(to, from, channels, period)
		return to
	}
	part := time.Duration(pace)
	if by.Abs() > visible {
		part = fastPace
	}
	more := s.timeline.samplesIn(within(by, sound.Length(int64(n), int(s.timeline.rate)), part))
	if more == 0 || n < leastStretched {
		return from
	}
	to := s.moveTo(n + more)
	sound.Stretch(to, from, channels)
	return to
}

// moveTo returns memory for so many samples of each channel.
func (s *samples) moveTo(n int) []int16 {
	n *= s.decoder.Channels()
	s.moved = slices.Grow(s.moved[:0], n)[:n]
	return s.moved
}

// leastStretched is how many samples a piece must have to be stretched.
const leastStretched = 33

func (s *samples) skip(f *audio.Frame) {
	// The decoder needs to have seen it for the next one. What is wrong with it does not matter.
	_, _ = s.decoder.Decode(s.room(sound.MaxPacket), f.Data)
}

func (s *samples) conceal(d time.Duration, next *audio.Frame) error {
	n := s.timeline.samplesIn(d)
	to := s.room(d)
	var err error
	if next != nil {
		err = s.decoder.Recover(to, n, next.Data)
	} else {
		err = s.decoder.Conceal(to, n)
	}
	if err != nil {
		return s.silence(d)
	}
	return s.give(Concealed, to[:n*s.decoder.Channels()], nil)
}

func (s *samples) silence(d time.Duration) error {
	for left := s.timeline.samplesIn(d); left > 0; {
		n := min(left, s.timeline.samplesIn(maxConcealed))
		to := s.room(maxConcealed)[:n*s.decoder.Channels()]
		clear(to)
		if !s.quiet {
			s.fadeOut(to)
		}
		if err := s.give(Silent, to, nil); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

func (s *samples) give(kind Kind, all []int16, f *audio.Frame) error {
	channels := s.decoder.Channels()
	if len(all) == 0 {
		return nil
	}
	copy(s.last[:channels], all[len(all)-channels:])
	s.quiet = kind == Silent
	s.timeline.piece.Samples, s.timeline.piece.Packet = all, nil
	return s.timeline.give(kind, len(all)/channels, f)
}

// fadeOut makes the beginning of silent samples go from the last samples to silence.
func (s *samples) fadeOut(to []int16) {
	channels := s.decoder.Channels()
	n := min(s.timeline.samplesIn(fadeTime), len(to)/channels)
	for i := range n {
		for c := range channels {
			to[i*channels+c] = int16(int(s.last[c]) * (n - 1 - i) / n)
		}
	}
}

// fadeIn makes samples begin from silence.
func (s *samples) fadeIn(all []int16) {
	channels := s.decoder.Channels()
	n := min(s.timeline.samplesIn(fadeTime), len(all)/channels)
	for i := range n {
		for c := range channels {
			all[i*channels+c] = int16(int(all[i*channels+c]) * i / n)
		}
	}
}
