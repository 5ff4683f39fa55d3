package room

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Lease is one use of a Connection that may be shared. Close only releases this use.
type Lease struct {
	*Connection

	shared  *shared
	serving sync.Once
	closing sync.Once
}

// Serve is Connection.Serve. As long as there are Leases that have not served any Selector, those that name nobody do not choose
// anybody: who joins at the same time is to have a say in it.
func (l *Lease) Serve(selector CriteriaSelector) {
	l.Connection.Serve(selector)
	l.serving.Do(l.shared.served)
}

// ServeNone says that this Lease will serve no Selector: its user only looks at the room. Those that name nobody do not wait for it.
func (l *Lease) ServeNone() { l.serving.Do(l.shared.served) }

// Share joins a room like Join, but shares the Connection within this process: callers with the same server, the same
// token or key pair, the same room, the same identity (which may be empty), and the same Hidden, RelayOnly and NoRedundancy get the
// same Connection while it is up.
// The first caller's ConnectTimeout and Logger are used; if that caller gives up, the join continues for the others. Each of them
// calls Ready.
// The Logger may be used until the last Lease is closed.
func Share(ctx context.Context, config Config) (*Lease, error) {
	t, err := config.target()
	if err != nil {
		return nil, err
	}
	s := use(shareKey{
		url: t.url, room: t.room, token: config.Token,
		apiKey: config.APIKey, apiSecret: config.APISecret, identity: config.Identity,
		hidden: config.Hidden, relayOnly: config.RelayOnly, noRedundancy: config.NoRedundancy,
	}, config)
	select {
	case <-s.ready:
		if s.err == nil {
			return &Lease{Connection: s.connection, shared: s}, nil
		}
		s.served()
		s.release()
		return nil, s.err
	case <-ctx.Done():
		s.served()
		s.release()
		return nil, context.Cause(ctx)
	}
}

// Close releases the connection. The last Close leaves the room and waits for that. Selectors have to be closed by
// those who made them.
func (l *Lease) Close() {
	l.closing.Do(func() {
		l.serving.Do(l.shared.served)
		l.shared.release()
	})
}

// shareKey identifies the connections that can be shared.
type shareKey struct {
	url, room, token, apiKey, apiSecret, identity string
	hidden, relayOnly, noRedundancy               bool
}

// shared is a connection, or an attempt to join, with its number of users.
type shared struct {
	key   shareKey
	users int // guarded by sharing.mu

	unserved atomic.Int32 // Leases, given or waited for, that have not served a Selector

	cancel     context.CancelFunc
	joining    sync.WaitGroup
	ready      chan struct{} // closed when the attempt has ended; the fields below are set before
	connection *Connection
	err        error
}

// sharing holds the connections that can be shared.
var sharing struct {
	mu sync.Mutex
	m  map[shareKey]*shared
}

// use adds a user to the connection with that key, or starts to join.
func use(key shareKey, config Config) *shared {
	sharing.mu.Lock()
	defer sharing.mu.Unlock()
	s := sharing.m[key]
	if s == nil || s.isOver() {
		s = &shared{key: key, ready: make(chan struct{})}
		if sharing.m == nil {
			sharing.m = make(map[shareKey]*shared)
		}
		sharing.m[key] = s
		s.join(config)
	}
	s.users++
	s.unserved.Add(1)
	return s
}

// served is called once for each user.
func (s *shared) served() {
	s.unserved.Add(-1)
	select {
	case <-s.ready:
		if s.connection != nil {
			s.connection.changed.Fire()
		}
	default:
	}
}

func (s *shared) join(config Config) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	// It ends soon after cancel, which the last release calls and then waits.
	guard.Go(&s.joining, "room: share", s, func() {
		if s.connection, s.err = Join(ctx, config); s.err == nil {
			s.connection.followed.unserved = &s.unserved
		}
	}, func() { close(s.ready) })
}

// Panicked implements guard.Owner for the attempt to join.
func (s *shared) Panicked(err *guard.Error) { s.err = err }

// isOver reports whether the attempt has failed or the connection has ended for good.
func (s *shared) isOver() bool {
	select {
	case <-s.ready:
		return s.err != nil || s.connection.State() == StateClosed
	default:
		return false
	}
}

// release removes a user. The last one ends the connection.
func (s *shared) release() {
	sharing.mu.Lock()
	s.users--
	last := s.users == 0
	if last && sharing.m[s.key] == s {
		delete(sharing.m, s.key)
	}
	sharing.mu.Unlock()
	if !last {
		return
	}
	s.cancel()
	<-s.ready
	if s.connection != nil {
		s.connection.Close()
	}
}
