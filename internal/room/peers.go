package room

import (
	"context"
	"errors"
	"sync"

	"github.com/pion/interceptor"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

var (
	errLeaving  = errors.New("we are leaving")
	errPanicked = errors.New("internal error") // the owner has the error
)

// peers counts the open peer connections of the SDK. The SDK closes them in a goroutine that cannot be waited for, but
// it calls an interceptor factory for each one it opens, and pion closes the interceptor as the last step of closing a
// peer connection.
type peers struct {
	owner   guard.Owner
	opening func() // called before a peer connection is made, by the goroutine that makes it, with locks of the SDK held
	refused func() // called when one was not made, with the same locks

	mu      sync.Mutex
	refuse  bool
	open    map[*peer]bool
	changed broadcast.Broadcast
}

// NewInterceptor implements interceptor.Factory.
func (p *peers) NewInterceptor(string) (made interceptor.Interceptor, err error) {
	err = errPanicked
	guard.Do("room: media connection", p.owner, func() { made, err = p.newPeer() })
	return made, err
}

func (p *peers) newPeer() (interceptor.Interceptor, error) {
	p.mu.Lock()
	if p.refuse {
		p.mu.Unlock()
		p.refused()
		return nil, errLeaving
	}
	added := &peer{of: p}
	if p.open == nil {
		p.open = make(map[*peer]bool)
	}
	p.open[added] = true
	p.mu.Unlock()
	p.changed.Fire()
	p.opening()
	return added, nil
}

// closed is called when a peer connection was closed.
func (p *peers) closed(gone *peer) {
	p.mu.Lock()
	delete(p.open, gone)
	p.mu.Unlock()
	p.changed.Fire()
}

// stop prevents new peer connections. While the SDK is reconnecting, it does not notice that it was told to stop, opens
// new ones, and keeps them until its attempt times out.
func (p *peers) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = true
}

func (p *peers) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
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

// wait returns when no peer connection is open.
func (p *peers) wait(ctx context.Context) error {
	for {
		changed := p.changed.Wait()
		if p.count() == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
