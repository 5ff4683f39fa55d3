package room

import (
	"slices"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// teller tells the server what is wanted of tracks. A server that takes nothing, because the connection stands still, holds
// up the teller's goroutine, which exists while there is something to tell, and nobody who wants something.
type teller struct {
	owner guard.Owner
	tell  func(sid string) // brings what the server knows of a track in line with what is wanted of it

	telling sync.WaitGroup

	mu      sync.Mutex
	due     []string // track SIDs, each once
	running bool
	stopped bool
}

// poke says that something else may be wanted of a track. It does not wait.
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

// next ends the goroutine when it is not ok.
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

// stop tells nothing more, and waits for what is being told: the connection to the server has to be closed by then.
func (t *teller) stop() {
	t.mu.Lock()
	t.stopped, t.due = true, nil
	t.mu.Unlock()
	t.telling.Wait()
}
