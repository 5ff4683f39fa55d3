package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// silenceTime is how long no picture may come before something is said, and until it
// is said again.
const silenceTime = 10 * time.Second

// FirstPicture is how long a stream waits for the first picture.
type FirstPicture interface {
	// By returns when the stream ends with a [*NoPictureError], unless the track that is
	// being received has given a picture; the zero time is never.
	By() time.Time
	// PutOff says for how long nobody wanted a picture meanwhile.
	PutOff(time.Duration)
	// Came says that there was a picture. It is called before the selector's next Next,
	// and not at once.
	Came()
}

// silence decides when something is said about a track that gives no picture. Its
// zero times are those of nothing.
type silence struct {
	every time.Duration

	by     time.Time // when the wait for the first picture ends
	shown  bool      // there was a picture
	base   sight     // at the beginning of the present wait for a picture
	since  time.Time // when that was
	sayAt  time.Time // when something is said at the earliest
	unwant time.Time // since when nobody wants a picture
	muted  bool
	// Of a track that has given pictures, only one that sends says something is wrong.
	media   uint64 // that had come at the last sayAt
	suspect bool   // media came since the sayAt before that, and no picture
	// A camera that has stood still is told once.
	stood bool   // it was told, and no picture has come since
	told  uint64 // pictures until then
}

// verdict is what is to be done after a look at a track.
type verdict struct {
	came    bool          // the first picture is there
	putOff  time.Duration // how long nobody wanted one until now
	say     bool          // that no picture comes
	expired bool          // and it is no longer waited for
	next    time.Time     // when to look again, if nothing happens before; zero is never
}

// restart begins another wait for a picture.
func (p *silence) restart(now time.Time, s sight) {
	p.base, p.since, p.sayAt = s, now, now.Add(p.every)
	p.media, p.suspect = s.media(), false
}

// look judges what is seen of the track now.
func (p *silence) look(now time.Time, s sight) (v verdict) {
	if s.since(p.base).shown() {
		v.came = !p.shown
		p.shown, p.stood, p.by = true, false, time.Time{}
		p.restart(now, s)
	}
	if s.unwanted {
		if p.unwant.IsZero() {
			p.unwant = now
		}
		return v
	}
	if !p.unwant.IsZero() {
		if !p.by.IsZero() {
			v.putOff = now.Sub(p.unwant)
			p.by = p.by.Add(v.putOff)
		}
		p.unwant = time.Time{}
		p.restart(now, s)
	}
	if p.muted != s.muted {
		p.muted = s.muted
		p.restart(now, s)
	}
	v.expired = !p.by.IsZero() && !now.Before(p.by)
	v.next = p.by
	if p.muted {
		return v
	}
	if !now.Before(p.sayAt) {
		v.say = p.isWrong(now, s) && s.undecryptable == nil
	}
	if v.next.IsZero() || p.sayAt.Before(v.next) {
		v.next = p.sayAt
	}
	return v
}

// isWrong reports, once each time that p.every has passed without a picture, whether
// there should have been one.
func (p *silence) isWrong(now time.Time, s sight) bool {
	p.sayAt = now.Add(p.every)
	if !p.shown {
		return true
	}
	if s.media() <= p.media {
		if p.standsStill(s) {
			return true
		}
		p.restart(now, s)
		return false
	}
	p.media = s.media()
	suspect := p.suspect
	p.suspect = true
	// What does not get out of the chain any more is downstream's affair.
	return suspect && s.since(p.base).refused == 0
}

// moving is how many pictures make a camera one that moves. One that gives a picture now
// and then is not told each time.
const moving = 10

// standsStill reports, once until there is another picture, whether a track of which
// nothing comes is a camera that moved.
func (p *silence) standsStill(s sight) bool {
	if !s.camera || p.stood || s.pictures-p.told < moving {
		return false
	}
	p.stood, p.told = true, s.pictures
	return true
}

// reason is why there has been no picture in the present wait.
func (p *silence) reason(s sight) string { return s.since(p.base).reason() }

// undecodable reports whether several whole key frames went into the decoder in the
// present wait, and nothing else is the reason for it.
func (p *silence) undecodable(s sight) bool {
	const several = 3
	s = s.since(p.base)
	return s.undecryptable == nil && s.decoder != "" && s.handed >= several && s.received.KeyFrames >= several
}

// watchSilence says when a track gives no picture, and calls expire when that is no
// longer waited for, until stop is called.
func (s *Stream) watchSilence(ctx context.Context, track *room.Track, codec caps.Codec, expire func(error)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	w := &silenceWatch{
		config:   &s.config,
		see:      func() sight { return s.see(track) },
		changed:  track.Changed,
		poked:    s.wanting,
		expire:   expire,
		mimeType: codec.MimeType(),
		about:    NoPictureError{Participant: track.Identity, TrackSID: track.SID, Codec: codec.String()},
	}
	w.begin(time.Now())
	var watching sync.WaitGroup
	guard.Go(&watching, "engine: watch for pictures", s, func() { w.run(ctx) })
	return func() {
		cancel()
		watching.Wait()
		w.finish(time.Now())
	}
}

// silenceWatch follows one track in one codec.
type silenceWatch struct {
	config   *Config
	see      func() sight
	changed  func() <-chan struct{} // closed when the track may be muted, or no longer
	poked    <-chan struct{}        // a token: pictures may be wanted, or no longer
	expire   func(error)
	mimeType string
	about    NoPictureError
	silence  silence
}

func (w *silenceWatch) begin(now time.Time) {
	p := &w.silence
	p.every = w.config.SilenceTime
	s := w.see()
	p.muted = s.muted
	p.restart(now, sight{pictures: s.pictures, handed: s.handed, refused: s.refused})
	if first := w.config.FirstPicture; first != nil {
		p.by = first.By()
	}
}

func (w *silenceWatch) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		changed := w.changed()
		next, expired := w.look(time.Now())
		if expired {
			return
		}
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(time.Until(next))
		}
		select {
		case <-timer.C:
		case <-changed:
		case <-w.poked:
		case <-ctx.Done():
			return
		}
	}
}

// look returns when to look again.
func (w *silenceWatch) look(now time.Time) (next time.Time, expired bool) {
	s := w.see()
	v := w.silence.look(now, s)
	w.tell(v)
	if !v.say && !v.expired {
		return v.next, false
	}
	report := w.about
	report.For = now.Sub(w.silence.since).Round(time.Second / 10)
	report.Reason = w.silence.reason(s)
	if w.config.UndecodableEnd && !v.expired && w.silence.undecodable(s) {
		w.expire(&UndecodableError{MimeType: w.mimeType, Err: errors.New(report.Error())})
		return v.next, true
	}
	if v.expired {
		w.expire(&report)
		return v.next, true
	}
	w.config.Logger.Warn("no picture", "participant", report.Participant, "sid", report.TrackSID,
		"codec", report.Codec, "for", report.For, "reason", report.Reason)
	if w.config.OnNoPicture != nil {
		w.config.OnNoPicture(&report)
	}
	return v.next, false
}

// finish takes a last look: whoever waits for the first picture hears of it before
// the next wait begins.
func (w *silenceWatch) finish(now time.Time) {
	s := w.see()
	s.unwanted = false // what was so until now is over
	w.tell(w.silence.look(now, s))
}

// tell tells whoever waits for the first picture.
func (w *silenceWatch) tell(v verdict) {
	first := w.config.FirstPicture
	if first == nil {
		return
	}
	if v.came {
		first.Came()
	}
	if v.putOff > 0 {
		first.PutOff(v.putOff)
	}
}

// see looks at the track that is being received.
func (s *Stream) see(track *room.Track) sight {
	v := sight{
		pictures: s.fed.untouched.Load(),
		handed:   s.fed.handed.Load(),
		refused:  s.fed.refused.Load(),
		muted:    track.Muted(),
		camera:   track.Source == livekit.TrackSource_CAMERA,
		unwanted: s.paused.Load() || s.off.Load(),
		askable:  !s.config.Unaskable,
	}
	if why := s.undecryptable.Load(); why != nil {
		v.undecryptable = *why
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.receiver != nil {
		v.received = s.receiver.Stats()
	}
	v.pictures += s.gone.Decoded
	for _, out := range s.outputs {
		decoded, _ := out.chain.Counts()
		v.pictures += decoded
		v.decoder = out.chain.Decoder()
	}
	return v
}

// wantingChanged wakes whoever watches for pictures.
func (s *Stream) wantingChanged() {
	select {
	case s.wanting <- struct{}{}:
	default:
	}
}
