package room

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testproxy"
)

// forgetful is in front of a server, and says to who wants to resume a session that there is none, as a server does that was
// restarted.
type forgetful struct {
	url  string
	held chan struct{} // one for each join that is held

	mu    sync.Mutex
	gate  chan struct{} // nil while nothing is held
	asked []url.Values  // of those who joined
}

func newForgetful(t *testing.T, s *devserver.Server) *forgetful {
	t.Helper()
	f := &forgetful{held: make(chan struct{}, 100)}
	f.url = testproxy.Start(t, s, testproxy.Hooks{Admit: f.lets}).URL
	t.Cleanup(f.release)
	return f
}

func (f *forgetful) lets(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	if query.Get("reconnect") != "" {
		http.Error(w, "no such session", http.StatusNotFound)
		return false
	}
	f.mu.Lock()
	if query.Has("protocol") {
		f.asked = append(f.asked, query)
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
func (f *forgetful) joins() []url.Values {
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
