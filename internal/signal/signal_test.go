package signal

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func token(t *testing.T, o devserver.TokenOptions) string {
	t.Helper()
	token, err := server.Token(o)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func config(t *testing.T) Config {
	t.Helper()
	return Config{
		URL: server.URL(), Token: token(t, devserver.TokenOptions{Room: t.Name(), Identity: "me", CanSubscribe: true}),
		Version:      "1.2.3",
		Capabilities: []livekit.ClientInfo_Capability{livekit.ClientInfo_CAP_PACKET_TRAILER},
	}
}

func TestJoinsAServer(t *testing.T) {
	t.Parallel()
	for name, separate := range map[string]bool{"one peer connection": false, "separate ones": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := config(t)
			conf.Separate = separate
			c, first, err := Dial(roomtest.Patient(t), conf, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			joined := first.GetJoin()
			if joined.GetRoom().GetName() != t.Name() || joined.GetParticipant().GetIdentity() != "me" {
				t.Errorf("the server says %v", first)
			}
			if c.One == separate || joined.GetSubscriberPrimary() != separate {
				t.Errorf("one is %v; the server says %v", c.One, first)
			}
			if separate {
				mustOffer(t, c)
			}
		})
	}
}

// mustOffer waits for an offer of a server that offers by itself.
func mustOffer(t *testing.T, c *Conn) {
	t.Helper()
	for {
		message, err := c.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if offer := message.GetOffer(); offer != nil {
			if !strings.HasPrefix(offer.GetSdp(), "v=0") {
				t.Errorf("the offer is %q", offer.GetSdp())
			}
			return
		}
	}
}

// TestAServerOfBeforeIsJoinedItsWay: it has nothing at the address where one peer connection is asked for.
func TestAServerOfBeforeIsJoinedItsWay(t *testing.T) {
	t.Parallel()
	before := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/rtc" || r.URL.Query().Get("auto_subscribe") != "0" {
			http.NotFound(w, r)
			return
		}
		letIn(t, w, r)
	}))
	defer before.Close()
	c, _, err := Dial(roomtest.Patient(t), Config{URL: before.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.One {
		t.Error("it is said to have one")
	}
	_, _, err = Dial(roomtest.Patient(t), Config{URL: before.URL + "/elsewhere"}, nil)
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
		t.Errorf("got %v", err)
	}
}

func TestPingsMeasureTheRoundTrip(t *testing.T) {
	t.Parallel()
	c := answering(t, func(socket *websocket.Conn) {
		say(t, socket, join())
		for range 2 {
			_, data, err := socket.ReadMessage()
			request := new(livekit.SignalRequest)
			if err != nil || proto.Unmarshal(data, request) != nil || request.GetPingReq() == nil {
				t.Errorf("got %v, %v instead of a ping", request, err)
			}
			say(t, socket, &livekit.SignalResponse{Message: &livekit.SignalResponse_PongResp{
				PongResp: &livekit.Pong{LastPingTimestamp: request.GetPingReq().GetTimestamp()},
			}})
		}
		say(t, socket, &livekit.SignalResponse{Message: &livekit.SignalResponse_Pong{Pong: 1}}) // as older servers
		say(t, socket, join())
		_, _, _ = socket.ReadMessage()
	})
	conn, _, err := Dial(roomtest.Patient(t), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.KeepAlive(time.Millisecond, roomtest.Patience)
	if message, err := conn.Receive(); err != nil || message.GetJoin() == nil {
		t.Errorf("got %v, %v behind the answers", message, err)
	}
	if trip := conn.RoundTrip(); trip <= 0 || trip > roomtest.Patience {
		t.Errorf("the round trip is %v", trip)
	}
	conn.Close()
	if _, err := conn.Receive(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestAServerSaysWhyItRefuses(t *testing.T) {
	t.Parallel()
	good := config(t)
	for name, test := range map[string]struct {
		change       func(*Config)
		unauthorized bool
		part         string
	}{
		"a token that has expired": {func(c *Config) {
			c.Token = token(t, devserver.TokenOptions{Room: "r", Identity: "i", CanSubscribe: true, ValidFor: -time.Hour})
		}, true, "expired"},
		"no token at all":        {func(c *Config) { c.Token = "" }, true, "start with Bearer"},
		"something else":         {func(c *Config) { c.Token = "secret" }, true, ""},
		"another path":           {func(c *Config) { c.URL += "/nowhere" }, false, ""},
		"a session of long ago":  {func(c *Config) { c.Resume = "PA_nobody" }, false, ""},
		"a token without a room": {func(c *Config) { c.Token = token(t, devserver.TokenOptions{Identity: "i", CanSubscribe: true}) }, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := good
			test.change(&c)
			conn, first, err := Dial(roomtest.Patient(t), c, nil)
			if err == nil {
				conn.Close()
				if first.GetLeave() == nil {
					t.Fatalf("the server says %v", first)
				}
				return // refused with its reason
			}
			var refused *RefusedError
			if !errors.As(err, &refused) || test.unauthorized != refused.Unauthorized() || !strings.Contains(err.Error(), test.part) {
				t.Fatalf("got %v", err)
			}
			if c.Token != "" && strings.Contains(err.Error(), c.Token) {
				t.Errorf("the token is in %q", err)
			}
		})
	}
}

func TestAnAddressHasNoTokenInIt(t *testing.T) {
	t.Parallel()
	var asked *http.Request
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		http.Error(w, "closed for today, secret", http.StatusForbidden)
	}))
	defer web.Close()
	c := Config{
		URL: web.URL + "/path/", Token: "secret", Version: "7", Resume: "PA_x",
		ResumeReason: livekit.ReconnectReason_RR_SIGNAL_DISCONNECTED,
		Capabilities: []livekit.ClientInfo_Capability{livekit.ClientInfo_CAP_PACKET_TRAILER},
	}
	ask := func(path string) url.Values {
		_, _, err := Dial(roomtest.Patient(t), c, nil)
		if err == nil || !strings.Contains(err.Error(), "closed for today") || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
		if asked.URL.Path != path || asked.Header.Get("Authorization") != "Bearer secret" || strings.Contains(asked.URL.String(), "secret") {
			t.Errorf("asked for %s with %v", asked.URL, asked.Header)
		}
		return asked.URL.Query()
	}
	wrapped, request := new(livekit.WrappedJoinRequest), new(livekit.JoinRequest)
	data, err := base64.URLEncoding.DecodeString(ask("/path/rtc/v1").Get("join_request"))
	if err != nil || proto.Unmarshal(data, wrapped) != nil || proto.Unmarshal(wrapped.GetJoinRequest(), request) != nil {
		t.Fatalf("asked with %q", asked.URL.RawQuery)
	}
	said := &livekit.JoinRequest{
		ClientInfo: &livekit.ClientInfo{
			Sdk: livekit.ClientInfo_GO, Version: "7", Protocol: 17, Os: "linux",
			Capabilities: []livekit.ClientInfo_Capability{livekit.ClientInfo_CAP_PACKET_TRAILER},
		},
		ConnectionSettings: new(livekit.ConnectionSettings), Reconnect: true, ParticipantSid: "PA_x",
		ReconnectReason: livekit.ReconnectReason_RR_SIGNAL_DISCONNECTED,
	}
	if !proto.Equal(request, said) {
		t.Errorf("asked with %v\nwant %v", request, said)
	}
	c.Separate = true
	want := url.Values{
		"protocol": {"17"}, "auto_subscribe": {"0"}, "sdk": {"go"}, "os": {"linux"}, "version": {"7"},
		"capabilities": {"CAP_PACKET_TRAILER"}, "reconnect": {"1"}, "sid": {"PA_x"},
		"reconnect_reason": {"1"},
	}
	if got := ask("/path/rtc").Encode(); got != want.Encode() {
		t.Errorf("asked with %s\nwant %s", got, want.Encode())
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"ftp://host", "host:7880", "ws://me:secret%zz@host"} {
		if _, _, err := Dial(t.Context(), Config{URL: address}, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v", address, err)
		}
	}
}

// answering is a server that lets everybody in and hands the connection to talk.
func answering(t *testing.T, talk func(*websocket.Conn)) Config {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r, talk) }))
	t.Cleanup(web.Close)
	return Config{URL: web.URL, Token: "secret"}
}

// answer makes a connection of a request, and hands it to talk.
func answer(w http.ResponseWriter, r *http.Request, talk func(*websocket.Conn)) {
	var upgrade websocket.Upgrader
	socket, err := upgrade.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = socket.Close() }()
	talk(socket)
}

// letIn says that somebody has joined, and returns when that one has gone.
func letIn(t *testing.T, w http.ResponseWriter, r *http.Request) {
	t.Helper()
	answer(w, r, func(socket *websocket.Conn) {
		say(t, socket, join())
		_, _, _ = socket.ReadMessage()
	})
}

func say(t *testing.T, socket *websocket.Conn, message *livekit.SignalResponse) {
	t.Helper()
	data, err := proto.Marshal(message)
	if err != nil {
		t.Error(err)
	}
	_ = socket.WriteMessage(websocket.BinaryMessage, data)
}

func join() *livekit.SignalResponse {
	return &livekit.SignalResponse{Message: &livekit.SignalResponse_Join{Join: &livekit.JoinResponse{}}}
}

func TestNoiseAndTheFutureAreSkipped(t *testing.T) {
	t.Parallel()
	c := answering(t, func(socket *websocket.Conn) {
		_ = socket.WriteMessage(websocket.BinaryMessage, []byte{0xff, 0xff})
		_ = socket.WriteMessage(websocket.TextMessage, []byte(`{"join":{"room":{"name":"json"}},"tomorrow":1}`))
		_ = socket.WriteMessage(websocket.BinaryMessage, []byte{0xfa, 0x3f, 0x01, 0x00}) // field 1023, bytes
		say(t, socket, join())
		_ = socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Minute))
		_, _, _ = socket.ReadMessage()
	})
	conn, first, err := Dial(roomtest.Patient(t), c, nil)
	if err != nil || first.GetJoin().GetRoom().GetName() != "json" {
		t.Fatalf("got %v, %v", first, err)
	}
	defer conn.Close()
	if future, err := conn.Receive(); err != nil || future.GetMessage() != nil {
		t.Errorf("got %v, %v", future, err)
	}
	if second, err := conn.Receive(); err != nil || second.GetJoin() == nil {
		t.Errorf("got %v, %v", second, err)
	}
	if last, err := conn.Receive(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, %v", last, err)
	}
}

func TestAServerThatSendsTooMuchIsLeft(t *testing.T) {
	t.Parallel()
	for name, talk := range map[string]func(*websocket.Conn){
		"noise": func(socket *websocket.Conn) {
			for socket.WriteMessage(websocket.BinaryMessage, []byte{0xff}) == nil {
			}
		},
		"a message of 100 MB": func(socket *websocket.Conn) {
			_ = socket.WriteMessage(websocket.BinaryMessage, make([]byte, 100<<20))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := Dial(roomtest.Patient(t), answering(t, talk), nil); err == nil {
				t.Error("it is taken")
			}
		})
	}
}

func TestDialIsGivenUpWithItsContext(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	reached := make(chan struct{}, 1)
	silent := answering(t, func(socket *websocket.Conn) {
		reached <- struct{}{}
		_, _, _ = socket.ReadMessage()
	})
	for name, c := range map[string]Config{"no answer": {URL: "ws://" + listener.Addr().String()}, "no message": silent} {
		t.Run(name, func(t *testing.T) {
			because := errors.New("the user changed his mind")
			ctx, cancel := context.WithCancelCause(t.Context())
			errs := make(chan error, 1)
			go func() {
				_, _, err := Dial(ctx, c, nil)
				errs <- err
			}()
			if c.URL == silent.URL {
				<-reached
			} else {
				conn, err := listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = conn.Close() }()
			}
			cancel(because)
			if err := <-errs; !errors.Is(err, because) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestASilentServerIsNoticed(t *testing.T) {
	t.Parallel()
	c := answering(t, func(socket *websocket.Conn) {
		say(t, socket, join())
		_, _, _ = socket.ReadMessage()
		_, _, _ = socket.ReadMessage()
		_, _, _ = socket.ReadMessage()
	})
	conn, _, err := Dial(roomtest.Patient(t), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.KeepAlive(0, time.Millisecond)
	_, err = conn.Receive()
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, message := range []*livekit.SignalResponse{
		join(),
		{Message: &livekit.SignalResponse_Offer{Offer: &livekit.SessionDescription{Type: "offer", Sdp: "v=0"}}},
		{Message: &livekit.SignalResponse_Leave{Leave: &livekit.LeaveRequest{Regions: &livekit.RegionSettings{}}}},
	} {
		data, err := proto.Marshal(message)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(websocket.BinaryMessage, data)
	}
	f.Add(websocket.TextMessage, []byte(`{"join":{}}`))
	f.Add(websocket.PingMessage, []byte{})
	f.Fuzz(func(t *testing.T, kind int, data []byte) {
		if message, err := decode(kind, data); (message == nil) != (err != nil) {
			t.Errorf("got %v, %v", message, err)
		}
	})
}
