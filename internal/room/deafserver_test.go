package room

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
)

// deafServer lets everyone in and never makes a media connection.
func deafServer(t *testing.T) (url string, accepted <-chan struct{}) {
	t.Helper()
	signal := make(chan struct{}, 100)
	welcome, err := proto.Marshal(&livekit.SignalResponse{Message: &livekit.SignalResponse_Join{Join: &livekit.JoinResponse{
		Room:              &livekit.Room{Name: "r", Sid: "RM_1"},
		Participant:       &livekit.ParticipantInfo{Identity: "subscriber", Sid: "PA_1"},
		SubscriberPrimary: true,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u websocket.Upgrader
		conn, err := u.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		if err := conn.WriteMessage(websocket.BinaryMessage, welcome); err != nil {
			return
		}
		signal <- struct{}{}
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}))
	t.Cleanup(web.Close)
	return web.URL, signal
}
