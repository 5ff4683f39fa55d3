package room

import (
	"slices"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// teller sends the wishes for tracks to the server on a goroutine, which exists while there is something to send. If
// the connection is blocked, only this goroutine is blocked.
type teller struct {
	owner guard.Owner
	tell  func(sid string) // sends the wishes for a track that the server does not know

	telling sync.WaitGroup

	mu      sync.Mutex
	due     []string // track SIDs, each once
	running bool
	stopped bool
}

// poke says that the wishes for a track may have changed. It does not wait.
func (t *teller) poke(sid string) {
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

func (t *teller) run() {
	for {
		sid, ok := t.next()
		if !ok {
			return
		}
		t.tell(sid)
	}
}

// next returns the next track. If ok is false, the goroutine ends.
func (t *teller) next() (sid string, ok bool) {
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
func (t *teller) stop() {
	t.mu.Lock()
	t.stopped, t.due = true, nil
	t.mu.Unlock()
	t.telling.Wait()
}
