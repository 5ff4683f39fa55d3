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
	"github.com/gst-livekit/gst-livekit/internal/testkit/testproxy"
)

// visit is one connection to a scripted server.
type visit struct {
	t      testing.TB
	number int // of the connections before it
	asked  *livekit.JoinRequest
	one    bool // asks for one peer connection
	token  string
	socket *websocket.Conn
}

func (v *visit) send(m *livekit.SignalResponse) {
	data, err := proto.Marshal(m)
	if err != nil {
		v.t.Error(err)
	}
	_ = v.socket.WriteMessage(websocket.BinaryMessage, data) // whoever has gone does not mind
}

// receive returns what the client says, or nil when it has gone.
func (v *visit) receive() *livekit.SignalRequest {
	_, data, err := v.socket.ReadMessage()
	if err != nil {
		return nil
	}
	request := new(livekit.SignalRequest)
	if err := proto.Unmarshal(data, request); err != nil {
		v.t.Error(err)
	}
	return request
}

// stay returns when the client has gone.
func (v *visit) stay() {
	for v.receive() != nil {
	}
}

// scripted is a server without media that does what script says with each connection, one after another. The script says with
// a status what it refuses before it is a connection.
func scripted(t testing.TB, refuse func(*visit) int, script func(*visit)) Config {
	t.Helper()
	number := make(chan int, 1)
	number <- 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{t: t, number: <-number, token: r.Header.Get("Authorization")}
		var err error
		if v.asked, v.one, err = testproxy.Asked(r); err != nil || v.asked == nil {
			t.Errorf("asked for %v: %v", r.URL, err)
		}
		number <- v.number + 1
		if refuse != nil {
			if status := refuse(v); status != 0 {
				http.Error(w, "no", status)
				return
			}
		}
		var upgrade websocket.Upgrader
		if v.socket, err = upgrade.Upgrade(w, r, nil); err != nil {
			return
		}
		defer func() { _ = v.socket.Close() }()
		script(v)
	}))
	t.Cleanup(web.Close)
	return Config{Config: signal.Config{URL: web.URL, Token: "secret"}}
}

func leave(action livekit.LeaveRequest_Action, reason livekit.DisconnectReason) *livekit.SignalResponse {
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_Leave{Leave: &livekit.LeaveRequest{Action: action, Reason: reason}}}
}

func reconnected() *livekit.SignalResponse {
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_Reconnect{Reconnect: new(livekit.ReconnectResponse)}}
}

// mustCome returns what a channel gives.
func mustCome[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-roomtest.Patient(t).Done():
		t.Fatal("nothing comes")
		panic("unreachable")
	}
}
