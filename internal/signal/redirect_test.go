package signal

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// redirecting is a server that sends everybody on.
func redirecting(t *testing.T, secure bool, status int, location func(*http.Request) string) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	asked := new(atomic.Int32)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Location", location(r))
		w.WriteHeader(status)
	})
	start := httptest.NewServer
	if secure {
		start = httptest.NewTLSServer
	}
	web := start(handler)
	t.Cleanup(web.Close)
	return web, asked
}

// TestARedirectIsFollowed to a real server, with all that it has to be told.
func TestARedirectIsFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{
		http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
	} {
		for name, location := range map[string]func(*http.Request) string{
			"the same request": func(r *http.Request) string { return server.HTTPURL() + r.URL.RequestURI() },
			"a WebSocket":      func(r *http.Request) string { return server.URL() + r.URL.RequestURI() },
			"without a query":  func(*http.Request) string { return server.URL() + "/rtc#part" },
		} {
			t.Run(http.StatusText(status)+", "+name, func(t *testing.T) {
				t.Parallel()
				c := config(t)
				web, _ := redirecting(t, false, status, location)
				c.URL = web.URL
				conn, first, err := Dial(roomtest.Patient(t), c, nil)
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if first.GetJoin().GetParticipant().GetIdentity() != "me" {
					t.Errorf("the server says %v", first)
				}
			})
		}
	}
}

func TestARedirectWithinAServerIsFollowed(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/rtc/v1" {
			http.Redirect(w, r, "/there?"+r.URL.RawQuery, http.StatusFound)
			return
		}
		if r.URL.Path != "/there" || r.Header.Get("Authorization") != "Bearer secret" || r.URL.Query().Get("join_request") == "" {
			t.Errorf("asked for %s with %v", r.URL, r.Header)
		}
		letIn(t, w, r)
	}))
	defer web.Close()
	conn, _, err := Dial(roomtest.Patient(t), Config{URL: web.URL, Token: "secret"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

// TestTheTokenStaysWhereItIsSafe: nobody is sent on from an encrypted connection to one that is not.
func TestTheTokenStaysWhereItIsSafe(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer plain.Close()
	web, _ := redirecting(t, true, http.StatusFound, func(*http.Request) string { return plain.URL + "/rtc" })
	c := Config{URL: web.URL, Token: "secret", tls: web.Client().Transport.(*http.Transport).TLSClientConfig}
	if _, _, err := Dial(roomtest.Patient(t), c, nil); err == nil || !strings.Contains(err.Error(), "without encryption") {
		t.Errorf("got %v", err)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("it was followed %d times", n)
	}
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	for name, location := range map[string]func(*http.Request) string{
		"around":         func(r *http.Request) string { return r.URL.RequestURI() },
		"nowhere":        func(*http.Request) string { return "" },
		"no address":     func(*http.Request) string { return "http://me:secret%zz@host" },
		"another scheme": func(*http.Request) string { return "ftp://host/" },
		"no host":        func(*http.Request) string { return "http:opaque" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			web, asked := redirecting(t, false, http.StatusFound, location)
			_, _, err := Dial(roomtest.Patient(t), Config{URL: web.URL, Token: "secret"}, nil)
			if err == nil || !strings.Contains(err.Error(), "sends us on") || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
			if n := asked.Load(); n > maxRedirects+1 {
				t.Errorf("it was asked %d times", n)
			}
		})
	}
}

func TestAServerThatSendsEndlessHeadersIsLeft(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_, err = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\n"))
		for line := []byte("X: " + strings.Repeat("x", 4000) + "\r\n"); err == nil; {
			_, err = conn.Write(line)
		}
	}))
	defer web.Close()
	if _, _, err := Dial(roomtest.Patient(t), Config{URL: web.URL, Token: "secret"}, nil); err == nil {
		t.Error("it is taken")
	}
}
