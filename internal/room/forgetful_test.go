package room

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testproxy"
)

// forgetful is in front of a server, and says to who wants to resume a session that there is none, as a server does that was
// restarted.
type forgetful struct {
	url  string
	held chan struct{} // one for each join that is held

	mu    sync.Mutex
	gate  chan struct{}          // nil while nothing is held
	asked []*livekit.JoinRequest // of those who joined
}

func newForgetful(t *testing.T, s *devserver.Server) *forgetful {
	t.Helper()
	f := &forgetful{held: make(chan struct{}, 100)}
	f.url = testproxy.Start(t, s, testproxy.Hooks{Admit: f.lets}).URL
	t.Cleanup(f.release)
	return f
}

func (f *forgetful) lets(w http.ResponseWriter, r *http.Request) bool {
	asked, _, err := testproxy.Asked(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	if asked.GetReconnect() {
		http.Error(w, "no such session", http.StatusNotFound)
		return false
	}
	f.mu.Lock()
	if asked != nil {
		f.asked = append(f.asked, asked)
	}
	gate := f.gate
	f.mu.Unlock()
	if gate == nil {
		return true
	}
	f.held <- struct{}{}
	select {
	case <-gate:
		return true
	case <-r.Context().Done():
		return false
	}
}

// joins returns what those said who joined.
func (f *forgetful) joins() []*livekit.JoinRequest {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

// hold lets nobody in until release.
func (f *forgetful) hold() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gate = make(chan struct{})
}

func (f *forgetful) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gate != nil {
		close(f.gate)
		f.gate = nil
	}
}
