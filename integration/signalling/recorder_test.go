package signalling

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// recorder is a proxy for signalling that writes down what a client says to a server.
type recorder struct {
	url    string
	server string
	other  *httputil.ReverseProxy

	mu      sync.Mutex
	said    []*livekit.SignalRequest
	changed chan struct{} // closed at the next message
}

func newRecorder(t *testing.T, server *devserver.Server) *recorder {
	t.Helper()
	to, err := url.Parse(server.HTTPURL())
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{server: server.URL(), other: httputil.NewSingleHostReverseProxy(to), changed: make(chan struct{})}
	web := httptest.NewServer(r)
	t.Cleanup(web.Close)
	r.url = strings.Replace(web.URL, "http", "ws", 1)
	return r
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if !websocket.IsWebSocketUpgrade(request) {
		r.other.ServeHTTP(w, request)
		return
	}
	header := http.Header{"Authorization": request.Header["Authorization"]}
	far, response, err := websocket.DefaultDialer.DialContext(request.Context(), r.server+request.URL.RequestURI(), header)
	if err != nil {
		status := http.StatusBadGateway
		if response != nil {
			status = response.StatusCode
		}
		http.Error(w, err.Error(), status)
		return
	}
	defer func() { _ = far.Close() }()
	var upgrade websocket.Upgrader
	near, err := upgrade.Upgrade(w, request, nil)
	if err != nil {
		return
	}
	defer func() { _ = near.Close() }()
	var back sync.WaitGroup
	back.Go(func() {
		pass(far, near, func([]byte) {})
	})
	pass(near, far, r.note)
	back.Wait()
}

// pass passes messages on until there are no more, and then says so.
func pass(from, to *websocket.Conn, note func([]byte)) {
	for {
		kind, data, err := from.ReadMessage()
		if err != nil {
			_ = to.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
			_ = to.Close()
			return
		}
		note(data)
		if to.WriteMessage(kind, data) != nil {
			_ = from.Close()
		}
	}
}

func (r *recorder) note(data []byte) {
	request := new(livekit.SignalRequest)
	if proto.Unmarshal(data, request) != nil {
		return
	}
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
