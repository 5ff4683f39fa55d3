// Package testproxy stands between a client and a real livekit-server, and sees and changes what they say to each other.
package testproxy

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// Hooks say what a Proxy does besides passing everything on. Each may be nil, and may be called from any goroutine.
type Hooks struct {
	// Admit reports whether a request goes to the server. If it does not, Admit has answered it.
	Admit func(w http.ResponseWriter, r *http.Request) bool
	// Said sees what a client says on its signalling connection.
	Said func(request *livekit.SignalRequest)
}

// Proxy passes requests and signalling connections on to a server.
type Proxy struct {
	// URL is where clients reach it, with the scheme http.
	URL string

	hooks  Hooks
	server *url.URL
	other  *httputil.ReverseProxy // for what is no WebSocket

	mu   sync.Mutex
	near *websocket.Conn // of the client who came last
}

// Start starts a Proxy, which ends with the test.
func Start(t testing.TB, server *devserver.Server, hooks Hooks) *Proxy {
	t.Helper()
	to, err := url.Parse(server.HTTPURL())
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{hooks: hooks, server: to, other: &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}}
	web := httptest.NewServer(p)
	t.Cleanup(web.Close)
	p.URL = web.URL
	return p
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.hooks.Admit != nil && !p.hooks.Admit(w, r) {
		return
	}
	if !websocket.IsWebSocketUpgrade(r) {
		p.other.ServeHTTP(w, r)
		return
	}
	to := url.URL{Scheme: "ws", Host: p.server.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	far, response, err := websocket.DefaultDialer.DialContext(r.Context(), to.String(),
		http.Header{"Authorization": r.Header["Authorization"]})
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
	near, err := upgrade.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = near.Close() }()
	p.mu.Lock()
	p.near = near
	p.mu.Unlock()
	var back sync.WaitGroup
	back.Go(func() {
		pass(far, near, func(kind int, data []byte) error { return p.write(near, kind, data) })
	})
	pass(near, far, func(kind int, data []byte) error {
		p.note(data)
		return far.WriteMessage(kind, data)
	})
	back.Wait()
}

// pass gives each message that comes to write, until there are no more. Then the other side ends as this one has.
func pass(from, to *websocket.Conn, write func(kind int, data []byte) error) {
	for {
		kind, data, err := from.ReadMessage()
		if err == nil {
			err = write(kind, data)
		}
		if err == nil {
			continue
		}
		var said *websocket.CloseError
		if errors.As(err, &said) && said.Code != websocket.CloseAbnormalClosure {
			// It fails when that side has ended, too.
			_ = to.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(said.Code, said.Text), time.Now().Add(time.Second))
		}
		_ = to.Close()
		_ = from.Close()
		return
	}
}

func (p *Proxy) note(data []byte) {
	request := new(livekit.SignalRequest)
	if p.hooks.Said != nil && proto.Unmarshal(data, request) == nil {
		p.hooks.Said(request)
	}
}

// write keeps what the server says apart from what Say says.
func (p *Proxy) write(near *websocket.Conn, kind int, data []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return near.WriteMessage(kind, data)
}

// Say says something to the client who came last, as the server would.
func (p *Proxy) Say(t testing.TB, message *livekit.SignalResponse) {
	t.Helper()
	p.mu.Lock()
	near := p.near
	p.mu.Unlock()
	if near == nil {
		t.Fatal("nobody has come through the proxy")
	}
	data, err := proto.Marshal(message)
	if err == nil {
		err = p.write(near, websocket.BinaryMessage, data)
	}
	if err != nil {
		t.Fatal(err)
	}
}
