package subscriber

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// TestATrackIsNamedOnce: livekit-server queues each name, and has room for 50. Named twice, 32 tracks came 3 s late.
func TestATrackIsNamedOnce(t *testing.T) {
	t.Parallel()
	asked := make(chan *livekit.UpdateSubscription, 1)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var upgrade websocket.Upgrader
		socket, err := upgrade.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = socket.Close() }()
		data, err := proto.Marshal(welcome())
		if err != nil {
			t.Error(err)
		}
		_ = socket.WriteMessage(websocket.BinaryMessage, data)
		for {
			_, data, err := socket.ReadMessage()
			if err != nil {
				return
			}
			request := new(livekit.SignalRequest)
			if err := proto.Unmarshal(data, request); err != nil {
				t.Error(err)
			}
			if s := request.GetSubscription(); s != nil {
				asked <- s
			}
		}
	}))
	t.Cleanup(web.Close)
	r := mustJoin(t, Config{Config: signal.Config{URL: web.URL, Token: "secret"}})
	if err := r.Subscribe("PA_x", "TR_x", true); err != nil {
		t.Fatal(err)
	}
	select {
	case s := <-asked:
		var names []string
		names = append(names, s.GetTrackSids()...)
		for _, p := range s.GetParticipantTracks() {
			names = append(names, p.GetTrackSids()...)
		}
		if len(names) != 1 || names[0] != "TR_x" || !s.GetSubscribe() || s.GetParticipantTracks()[0].GetParticipantSid() != "PA_x" {
			t.Errorf("asked %v", s)
		}
	case <-roomtest.Patient(t).Done():
		t.Fatal("nothing is asked")
	}
}
