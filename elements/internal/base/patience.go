package base

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// patience is track-timeout: how much longer the first picture or sound is waited for. A
// track that ends without one leaves the rest of the time to the next.
type patience struct {
	limit time.Duration // 0: forever

	mu sync.Mutex
	by time.Time // when the present wait ends; zero when there is none, or no end of it
}

var _ engine.FirstPicture = (*patience)(nil)

// begin begins a wait, unless one goes on already.
func (p *patience) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit > 0 && p.by.IsZero() {
		p.by = time.Now().Add(p.limit)
	}
}

// By implements engine.FirstPicture.
func (p *patience) By() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.by
}

// PutOff implements engine.FirstPicture.
func (p *patience) PutOff(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.by.IsZero() {
		p.by = p.by.Add(d)
	}
}

// Came implements engine.FirstPicture.
func (p *patience) Came() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by = time.Time{}
}

// trackTimeoutError says that no track, or nothing of one, came within track-timeout.
type trackTimeoutError struct {
	what  string // did not come
	after time.Duration
	why   string
}

func (e *trackTimeoutError) Error() string {
	return fmt.Sprintf("no %s within %v: %s", e.what, e.after, e.why)
}

// explain makes the error of a stream that waited for the first picture or sound what
// track-timeout says.
func (p *patience) explain(err error) error {
	var (
		noPicture *engine.NoPictureError
		noSound   *engine.NoSoundError
	)
	switch {
	case errors.As(err, &noPicture):
		return &trackTimeoutError{what: "picture", after: p.limit, why: noPicture.Track() + ": " + noPicture.Reason}
	case errors.As(err, &noSound):
		return &trackTimeoutError{what: "sound", after: p.limit, why: noSound.Track() + ": " + noSound.Reason}
	}
	return err
}
