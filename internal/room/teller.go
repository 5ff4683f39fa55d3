package room

import (
	"slices"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Teller sends the Wishes for tracks to the server on a goroutine, which exists while there is something to send. If
// the connection is blocked, only this goroutine is blocked.
type Teller struct {
	owner guard.Owner
	tell  func(sid string)

	telling sync.WaitGroup

	mu      sync.Mutex
	due     []string // track SIDs, each once
	running bool
	stopped bool
}

// NewTeller returns a Teller. tell sends the wishes for a track that the server does not know. owner is told of panics.
func NewTeller(owner guard.Owner, tell func(sid string)) *Teller {
	return &Teller{owner: owner, tell: tell}
}

// Poke says that the wishes for a track may have changed. It does not wait.
func (t *Teller) Poke(sid string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped || slices.Contains(t.due, sid) {
		return
	}
	t.due = append(t.due, sid)
	if !t.running {
		t.running = true
		guard.Go(&t.telling, "room: tell the server", t.owner, t.run)
	}
}

func (t *Teller) run() {
	for {
		sid, ok := t.next()
		if !ok {
			return
		}
		t.tell(sid)
	}
}

// next returns the next track. If ok is false, the goroutine ends.
func (t *Teller) next() (sid string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.due) == 0 {
		t.running = false
		return "", false
	}
	sid, t.due = t.due[0], t.due[1:]
	return sid, true
}

// stop sends nothing more, and waits for what is being sent: the connection to the server must be closed by then.
func (t *Teller) stop() {
	t.mu.Lock()
	t.stopped, t.due = true, nil
	t.mu.Unlock()
	t.telling.Wait()
}
