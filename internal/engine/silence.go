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

// silenceTime is how long there may be no picture before it is reported, and the interval between reports.
const silenceTime = 10 * time.Second

// FirstPicture limits how long a stream waits for the first picture.
type FirstPicture interface {
	// By returns when the stream ends with a [*NoPictureError] if the present track has not given a picture by then; the
	// zero time means never.
	By() time.Time
	// PutOff is called with how long nobody wanted a picture in the meantime.
	PutOff(time.Duration)
	// Came is called after the first picture: before the selector's next Next, but not immediately.
	Came()
}

// silence decides when to report a track that gives no picture. Zero times mean that there is no such moment.
type silence struct {
	every time.Duration

	by     time.Time // when the wait for the first picture ends
	shown  bool      // there was a picture
	base   sight     // state at the beginning of the present wait for a picture
	since  time.Time // when the present wait began
	sayAt  time.Time // when to report at the earliest
	unwant time.Time // since when nobody wants a picture
	muted  bool
	// A track that has given pictures is only reported if it still sends media.
	media   uint64 // media received by the last sayAt
	suspect bool   // media arrived since the sayAt before, but no picture
	// A camera that stands still is reported once.
	stood bool   // it was reported, and there was no picture since
	told  uint64 // pictures at that time
}

// verdict is what to do after looking at a track.
type verdict struct {
	came    bool          // there was a first picture
	putOff  time.Duration // how long nobody wanted a picture until now
	say     bool          // report that there is no picture
	expired bool          // stop waiting for the first picture
	next    time.Time     // when to look again if nothing changes before; zero means never
}

// restart begins a new wait for a picture.
func (p *silence) restart(now time.Time, s sight) {
	p.base, p.since, p.sayAt = s, now, now.Add(p.every)
	p.media, p.suspect = s.media(), false
}

// look judges the present state of the track.
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

// isWrong reports, once for each p.every without a picture, whether there should have been one.
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
	// Units that the chain refuses are blocked by downstream, which is not a fault of the track.
	return suspect && s.since(p.base).refused == 0
}

// moving is how many pictures a camera must give to count as moving. A camera that gives a single picture now and then
// is not reported each time.
const moving = 10

// standsStill reports, once until the next picture, whether the track is a camera that moved and now sends nothing.
func (p *silence) standsStill(s sight) bool {
	if !s.camera || p.stood || s.pictures-p.told < moving {
		return false
	}
	p.stood, p.told = true, s.pictures
	return true
}

// reason returns why there has been no picture in the present wait.
func (p *silence) reason(s sight) string { return s.since(p.base).reason() }

// undecodable reports whether several complete key frames were decoded without a picture in the present wait, and there
// is no other reason.
func (p *silence) undecodable(s sight) bool {
	const several = 3
	s = s.since(p.base)
	return s.undecryptable == nil && s.decoder != "" && s.handed >= several && s.received.KeyFrames >= several
}

// watchSilence reports when a track gives no picture, and calls expire when it stops waiting for one, until stop is
// called.
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
	changed  func() <-chan struct{} // closed when the track may have been muted or unmuted
	poked    <-chan struct{}        // gets a token when pictures may have become wanted or unwanted
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

// finish looks once more, so that the wait for the first picture learns of a picture before the next track begins.
func (w *silenceWatch) finish(now time.Time) {
	s := w.see()
	s.unwanted = false // a period without demand ends now
	w.tell(w.silence.look(now, s))
}

// tell passes a verdict on to FirstPicture.
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

// see returns the state of the track that is being received.
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

// wantingChanged wakes the watch for pictures.
func (s *Stream) wantingChanged() {
	select {
	case s.wanting <- struct{}{}:
	default:
	}
}
