package signalling

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testproxy"
)

// recorder is a proxy for signalling that writes down what a client says to a server.
type recorder struct {
	url string

	mu      sync.Mutex
	said    []*livekit.SignalRequest
	changed chan struct{} // closed at the next message
}

func newRecorder(t *testing.T, server *devserver.Server) *recorder {
	t.Helper()
	r := &recorder{changed: make(chan struct{})}
	proxy := testproxy.Start(t, server, testproxy.Hooks{Said: r.note})
	r.url = strings.Replace(proxy.URL, "http", "ws", 1)
	return r
}

func (r *recorder) note(request *livekit.SignalRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, request)
	close(r.changed)
	r.changed = make(chan struct{})
}

// await waits until a client has said something.
func (r *recorder) await(t *testing.T, what string) {
	t.Helper()
	ctx := roomtest.Patient(t)
	for {
		r.mu.Lock()
		said, changed := r.essentials(), r.changed
		r.mu.Unlock()
		if slices.Contains(said, what) {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("%q is not said, but %q", what, said)
		}
	}
}

// moves returns what was said of tracks and of leaving, in order.
func (r *recorder) moves() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.essentials()
}

// kinds returns each kind of message that was said.
func (r *recorder) kinds() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	kinds := make(map[string]bool)
	for _, request := range r.said {
		kinds[strings.TrimPrefix(fmt.Sprintf("%T", request.GetMessage()), "*livekit.SignalRequest_")] = true
	}
	return kinds
}

// essentials is moves, with r.mu held. What is said again says nothing new. Left out is the size in a track's settings, which is
// that of the publication when the Node SDK was asked for a quality.
func (r *recorder) essentials() (all []string) {
	for _, request := range r.said {
		text := ""
		switch m := request.GetMessage().(type) {
		case *livekit.SignalRequest_Subscription:
			sids := slices.Clone(m.Subscription.GetTrackSids())
			for _, of := range m.Subscription.GetParticipantTracks() {
				sids = append(sids, of.GetTrackSids()...)
			}
			slices.Sort(sids)
			text = fmt.Sprintf("subscription of %v: %v", slices.Compact(sids), m.Subscription.GetSubscribe())
		case *livekit.SignalRequest_TrackSetting:
			s := m.TrackSetting
			text = fmt.Sprintf("setting of %v: disabled %v, quality %v, %d fps, priority %d",
				s.GetTrackSids(), s.GetDisabled(), s.GetQuality(), s.GetFps(), s.GetPriority())
		case *livekit.SignalRequest_Leave:
			text = fmt.Sprintf("leave: %v, %v", m.Leave.GetReason(), m.Leave.GetAction())
		default:
			continue
		}
		if len(all) == 0 || all[len(all)-1] != text {
			all = append(all, text)
		}
	}
	return all
}
