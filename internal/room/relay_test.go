package room

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// relay is the way of signalling to a server, on which more can be said than the server says: what it seldom does, or too late
// for a test.
type relay struct {
	url string

	mu   sync.Mutex
	near *websocket.Conn
}

func newRelay(t *testing.T, s *devserver.Server) *relay {
	t.Helper()
	r := &relay{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		far, response, err := websocket.DefaultDialer.DialContext(request.Context(), s.URL()+request.URL.String(),
			http.Header{"Authorization": request.Header["Authorization"]})
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_ = response.Body.Close()
		var upgrade websocket.Upgrader
		near, err := upgrade.Upgrade(w, request, nil)
		if err != nil {
			_ = far.Close()
			return
		}
		r.mu.Lock()
		r.near = near
		r.mu.Unlock()
		var forth sync.WaitGroup
		forth.Go(func() {
			pass(near, func(kind int, data []byte) error { return far.WriteMessage(kind, data) })
			_ = far.Close()
		})
		pass(far, r.write)
		_ = near.Close()
		forth.Wait()
	}))
	t.Cleanup(web.Close)
	r.url = web.URL
	return r
}

// pass gives each message that comes to write, until there are no more.
func pass(from *websocket.Conn, write func(kind int, data []byte) error) {
	for {
		kind, data, err := from.ReadMessage()
		if err != nil || write(kind, data) != nil {
			return
		}
	}
}

func (r *relay) write(kind int, data []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.near.WriteMessage(kind, data)
}

// say says something to who has joined, as the server would.
func (r *relay) say(t *testing.T, message *livekit.SignalResponse) {
	t.Helper()
	data, err := proto.Marshal(message)
	if err == nil {
		err = r.write(websocket.BinaryMessage, data)
	}
	if err != nil {
		t.Fatal(err)
	}
}
