package room

import (
	"errors"
	"sync"

	"github.com/pion/interceptor"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

var errPanicked = errors.New("internal error") // the owner has the error

// peers are the peer connections of a Connection: one, and for a moment two while a session is replaced. It makes an
// interceptor for each.
type peers struct {
	owner guard.Owner

	mu      sync.Mutex
	open    map[*peer]bool
	changed broadcast.Broadcast
}

// NewInterceptor implements interceptor.Factory.
func (p *peers) NewInterceptor(string) (made interceptor.Interceptor, err error) {
	err = errPanicked
	guard.Do("room: media connection", p.owner, func() { made, err = p.newPeer(), nil })
	return made, err
}

func (p *peers) newPeer() *peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	added := &peer{of: p}
	if p.open == nil {
		p.open = make(map[*peer]bool)
	}
	p.open[added] = true
	return added
}

// closed is called when a peer connection was closed.
func (p *peers) closed(gone *peer) {
	p.mu.Lock()
	delete(p.open, gone)
	p.mu.Unlock()
	p.changed.Fire()
}

// receiving returns the peer connection that receives media, or nil.
func (p *peers) receiving() *peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	for peer := range p.open {
		if len(peer.streams) > 0 {
			return peer
		}
	}
	return nil
}
