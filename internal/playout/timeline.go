package playout

import (
	"math"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

// Config configures a Timeline.
type Config struct {
	Silence Silence
	Taker   Taker
	// Local returns the present time by the local clock.
	Local func() time.Duration
	// Muted reports whether the publisher has muted the track: then nothing is late or lost.
	Muted func() bool
}

// form makes pieces of samples or of packets.
type form interface {
	// play gives the sound of a frame, with this much of it cut off at the beginning, and made longer by as much of
	// move as nobody hears (shorter if it is negative).
	play(f *audio.Frame, cut, move time.Duration) error
	// conceal makes up sound. next is the frame directly behind it, or nil.
	conceal(d time.Duration, next *audio.Frame) error
	// silence makes up silence of at most this length.
	silence(d time.Duration) error
	// skip takes the sound of a frame that is not played.
	skip(f *audio.Frame)
	// close frees what the form has.
	close()
}

// Timeline places frames. All methods are for one goroutine at a time.
type Timeline struct {
	config  Config
	form    form // nil before SetDecoder or SetPackets
	latency time.Duration
	offset  time.Duration // a piece's time minus the local time

	begun   bool
	anchor  time.Duration // the time of the sample with number 0
	count   int64         // how many samples the stream has since
	rate    int64         // samples a second
	broken  bool          // the next piece does not continue the last one
	made    time.Duration // how much sound was made up since the last frame
	silent  bool          // the publisher said that there is silence
	due     time.Duration // when, by the local clock, to look whether a frame is missing
	piece   Piece
	counted Stats

	follow follower
}

// New returns a Timeline. A form must be set before it is used.
func New(config Config) *Timeline { return &Timeline{config: config} }

// Stats counts.
type Stats struct {
	Concealed time.Duration // sound that was made up, because packets were late or lost
	Silence   time.Duration // time without sound from the publisher
	Late      uint64        // frames that came when their time was over
}

// Stats returns the counts so far.
func (t *Timeline) Stats() Stats { return t.counted }

// SetDecoder makes the stream one of samples. It takes ownership of the decoder.
func (t *Timeline) SetDecoder(codec caps.Codec, d sound.Decoder) {
	t.set(codec, &samples{timeline: t, decoder: d}, d.Rate())
}

// SetPackets makes the stream one of packets of a codec.
func (t *Timeline) SetPackets(codec caps.Codec) {
	t.set(codec, &packets{timeline: t, silent: silentPackets(codec)}, packetRate)
}

func (t *Timeline) set(codec caps.Codec, f form, rate int) {
	t.follow = follower{clockRate: int64(codec.ClockRate())}
	if t.form != nil {
		t.form.close()
	}
	t.anchor, t.count, t.rate = t.end(), 0, int64(rate)
	t.form, t.broken = f, true
}

// Close frees the decoder.
func (t *Timeline) Close() {
	if t.form != nil {
		t.form.close()
		t.form = nil
	}
}

// SetLatency sets how late a frame may be.
func (t *Timeline) SetLatency(latency time.Duration) { t.latency, t.due = latency, 0 }

// Latency returns what SetLatency set.
func (t *Timeline) Latency() time.Duration { return t.latency }

// SetOffset sets what to add to local times.
func (t *Timeline) SetOffset(offset time.Duration) {
	if t.due != 0 {
		t.due -= offset - t.offset
	}
	t.offset = offset
}

// Begun reports whether the stream has begun.
func (t *Timeline) Begun() bool { return t.begun }

// Begin begins the stream with silence at a local time. It does nothing if it has begun.
func (t *Timeline) Begin(local time.Duration) {
	if !t.begun {
		t.begin(max(local+t.offset, 0))
	}
}

func (t *Timeline) begin(at time.Duration) {
	t.begun, t.broken = true, true
	t.jump(at)
}

// Restart makes the stream begin again, with the next frame.
func (t *Timeline) Restart() {
	t.begun, t.made, t.silent, t.due = false, 0, false, 0
	t.follow = follower{clockRate: t.follow.clockRate}
}

// end returns where the next piece begins.
func (t *Timeline) end() time.Duration {
	if t.rate == 0 {
		return t.anchor
	}
	return t.anchor + sound.Length(t.count, int(t.rate))
}

// jump makes the next piece begin at another time.
func (t *Timeline) jump(to time.Duration) { t.anchor, t.count = to, 0 }

// samplesIn returns how many samples a length of the stream has, to the nearest one.
func (t *Timeline) samplesIn(d time.Duration) int {
	return int(math.Round(float64(d) * float64(t.rate) / float64(time.Second)))
}

// Play takes the next frame, whose times are local, relative to the same epoch as those of Config.Local.
func (t *Timeline) Play(f *audio.Frame, due time.Duration) error {
	at := due + t.offset
	if !t.begun {
		if at < 0 { // before a pipeline's start
			return nil
		}
		t.begin(at)
	}
	cut, move, hole := t.follow.place(t, f, at)
	switch {
	case hole > maxHole:
		t.jump(at)
		t.broken = true
	case hole > 0:
		if err := t.fill(hole, f); err != nil {
			return err
		}
	}
	t.made, t.silent = 0, f.Silent
	if cut >= f.Duration {
		t.form.skip(f)
		return nil
	}
	return t.form.play(f, cut, move)
}

// give gives a piece of this many samples to the Taker.
func (t *Timeline) give(kind Kind, samples int, f *audio.Frame) error {
	t.piece.Kind, t.piece.Frame = kind, f
	t.piece.PTS = t.end()
	t.count += int64(samples)
	t.piece.Duration = t.end() - t.piece.PTS
	if t.piece.Discont = t.broken && kind != Gap; t.piece.Discont {
		t.broken = false
	}
	switch kind {
	case Concealed:
		t.counted.Concealed += t.piece.Duration
	case Silent, Gap:
		t.counted.Silence += t.piece.Duration
	case Sound:
	}
	return t.config.Taker.Take(&t.piece)
}
