package room

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

func token(t *testing.T, o devserver.TokenOptions) string {
	t.Helper()
	token, err := server.Token(o)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestJoinNamesTheSettingThatIsMissingOrWrong(t *testing.T) {
	t.Parallel()
	good := token(t, devserver.TokenOptions{Room: "r", Identity: "i", CanSubscribe: true})
	const url, key, secret = "ws://127.0.0.1:1", "devkey", "0123456789abcdef0123456789abcdef"
	for _, test := range []struct {
		name    string
		config  Config
		setting string
		part    string
	}{
		{"no url", Config{Room: "r", Token: good}, "url", "LIVEKIT_URL"},
		{"url without scheme", Config{URL: "127.0.0.1:7880", Room: "r", Token: good}, "url", "ws://"},
		{"url of another kind", Config{URL: "ftp://host", Room: "r", Token: good}, "url", "ws://"},
		{"url with password", Config{URL: "ws://me:" + secret + "@host", Room: "r", Token: good}, "url", "host"},
		{"url that cannot be parsed", Config{URL: "ws://" + secret + "%zz", Room: "r", Token: good}, "url", "address"},
		{"no token and no keys", Config{URL: url, Room: "r"}, "token", "LIVEKIT_API_KEY"},
		{"no key", Config{URL: url, Room: "r", APISecret: secret}, "api-key", "LIVEKIT_API_KEY"},
		{"no secret", Config{URL: url, Room: "r", APIKey: key}, "api-secret", "LIVEKIT_API_SECRET"},
		{"keys and no room", Config{URL: url, APIKey: key, APISecret: secret}, "room", "room"},
		{"another room", Config{URL: url, Room: "other", Token: good}, "room", `for room "r", not for room "other"`},
		{"another identity", Config{URL: url, Identity: "other", Token: good}, "identity", `for identity "i"`},
		{
			"a token without a room",
			Config{URL: url, Token: token(t, devserver.TokenOptions{Identity: "i", CanSubscribe: true})},
			"room", "names no room",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := joinReady(t.Context(), test.config)
			var settings *SettingsError
			if !errors.As(err, &settings) || settings.Setting != test.setting || !strings.Contains(err.Error(), test.part) {
				t.Fatalf("got %v, want a SettingsError for %s with %q", err, test.setting, test.part)
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), good) {
				t.Errorf("secret in %q", err)
			}
			if validated := test.config.Validate(); validated == nil || validated.Error() != err.Error() {
				t.Errorf("Validate gives %v, Join gives %v", validated, err)
			}
		})
	}
}

func TestJoinSaysWhyItIsNotAuthorized(t *testing.T) {
	t.Parallel()
	const otherSecret = "another secret that is also long enough"
	expired := token(t, devserver.TokenOptions{Room: "r", Identity: "i", CanSubscribe: true, ValidFor: -time.Hour})
	signedOtherwise := Config{APIKey: server.APIKey, APISecret: otherSecret, Room: "r", Identity: "i", URL: server.URL()}
	target, err := signedOtherwise.target()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		config Config
		part   string
	}{
		{"expired", Config{Token: expired}, "expired at"},
		{"wrong signature", Config{Token: target.token}, "was not signed with the secret"},
		{"wrong secret", Config{APIKey: server.APIKey, APISecret: otherSecret, Room: "r"}, "API key"},
		{"unknown key", Config{APIKey: "nobody", APISecret: otherSecret, Room: "r"}, `API key "nobody"`},
		{"not a token", Config{Token: "secret"}, "not a LiveKit access token"},
		{"damaged", Config{Token: "a.b.c"}, "damaged"},
		{"in quotation marks", Config{Token: `"` + expired + `"`}, "quotation marks"},
		{"no subscribing", Config{Token: token(t, devserver.TokenOptions{Room: "r", Identity: "i"})}, "canSubscribe"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var records bytes.Buffer
			c := test.config
			c.URL = server.URL()
			c.Logger = slog.New(slog.NewTextHandler(&records, &slog.HandlerOptions{Level: LevelTrace}))
			_, err := joinReady(patient(t), c)
			var unauthorized *UnauthorizedError
			if !errors.As(err, &unauthorized) || !strings.Contains(err.Error(), test.part) {
				t.Fatalf("got %v, want an UnauthorizedError with %q", err, test.part)
			}
			for _, text := range []string{err.Error(), records.String()} {
				for _, secret := range []string{expired, target.token, otherSecret, "eyJ"} {
					if strings.Contains(text, secret) {
						t.Errorf("secret %.10s... in %s", secret, text)
					}
				}
			}
		})
	}
}

func TestTokenWithoutSubscribeIsRecognized(t *testing.T) {
	t.Parallel()
	_, err := joinReady(t.Context(), Config{
		URL: server.URL(), Token: token(t, devserver.TokenOptions{Room: "r", Identity: "i", CanPublish: true}),
	})
	if !errors.Is(err, ErrCannotSubscribe) {
		t.Fatalf("got %v", err)
	}
}

func TestJoinWithoutAServer(t *testing.T) {
	t.Parallel()
	l := listen(t)
	url := "ws://" + l.Addr().String()
	_ = l.Close()
	c := config(t, server)
	c.URL = url
	_, err := joinReady(patient(t), c)
	var unreachable *UnreachableError
	if !errors.As(err, &unreachable) || unreachable.URL != url || !strings.Contains(err.Error(), "connection refused") {
		t.Fatalf("got %v", err)
	}
}

func TestJoinAtAnotherKindOfServer(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	c := config(t, server)
	c.URL = web.URL
	_, err := joinReady(patient(t), c)
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "not a LiveKit server") {
		t.Fatalf("got %v", err)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// blackHole accepts connections, tells about each, and never answers.
func blackHole(t *testing.T) (url string, accepted <-chan struct{}) {
	t.Helper()
	l := listen(t)
	signal := make(chan struct{}, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			signal <- struct{}{}
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return "ws://" + l.Addr().String(), signal
}

// muteServer takes a WebSocket connection and says nothing on it, like a server that hangs.
func muteServer(t *testing.T) (url string, accepted <-chan struct{}) {
	t.Helper()
	signal := make(chan struct{}, 100)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u websocket.Upgrader
		conn, err := u.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		signal <- struct{}{}
		_, _, _ = conn.ReadMessage() // returns when the client is gone
	}))
	t.Cleanup(web.Close)
	return web.URL, signal
}

// TestTheStatusOfAServerThatIsNoneIsTold with what it says, which is not long.
func TestTheStatusOfAServerThatIsNoneIsTold(t *testing.T) {
	t.Parallel()
	for status, part := range map[int]string{
		http.StatusOK:                  `it answers with status 200 and "nothing here`,
		http.StatusInternalServerError: `it answers with status 500 and "nothing here`,
		http.StatusConflict:            `"` + t.Name() + `": nothing here`,
	} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(strings.Repeat("nothing here, ö ", 100)))
		}))
		defer web.Close()
		c := config(t, server)
		c.URL = web.URL
		_, err := joinReady(patient(t), c)
		if err == nil || !strings.Contains(err.Error(), part) || len(err.Error()) > 500 || !utf8.ValidString(err.Error()) {
			t.Errorf("status %d: got %v", status, err)
		}
	}
}

func TestCancelledJoinReturnsAtOnce(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(*testing.T) (string, <-chan struct{}){
		"no answer at all":     blackHole,
		"no answer to joining": muteServer,
		"no media":             deafServer,
	} {
		t.Run(name, func(t *testing.T) {
			url, accepted := serve(t)
			c := config(t, server)
			c.URL = url
			c.ConnectTimeout = 2 * time.Second
			ctx, cancel := context.WithCancelCause(t.Context())
			errs := make(chan error, 1)
			go func() {
				_, err := joinReady(ctx, c)
				errs <- err
			}()
			<-accepted
			because := errors.New("the user changed his mind")
			cancel(because)
			select {
			case err := <-errs:
				if !errors.Is(err, because) {
					t.Fatalf("got %v", err)
				}
			case <-time.After(time.Second):
				t.Fatal("Join does not return")
			}
		})
	}
}

func TestJoinTimesOut(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(*testing.T) (string, <-chan struct{}){
		"no answer at all":     blackHole,
		"no answer to joining": muteServer,
		"no media":             deafServer,
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := serve(t)
			c := config(t, server)
			c.URL = url
			c.ConnectTimeout = 200 * time.Millisecond
			_, err := joinReady(patient(t), c)
			var timeout *TimeoutError
			if !errors.As(err, &timeout) {
				t.Fatalf("got %v", err)
			}
			t.Log(err)
		})
	}
}

func TestGeneratedIdentitiesDiffer(t *testing.T) {
	t.Parallel()
	c := config(t, server)
	c.Identity = ""
	a, b := mustJoin(t, c), mustJoin(t, c)
	if !strings.HasPrefix(a.Identity(), "gst-livekit-") || a.Identity() == b.Identity() {
		t.Errorf("got %q and %q", a.Identity(), b.Identity())
	}
	if a.Room() != c.Room {
		t.Errorf("in room %q", a.Room())
	}
}

func TestJoinWithTokenTakesRoomAndIdentityFromIt(t *testing.T) {
	t.Parallel()
	c := mustJoin(t, Config{
		URL:   server.URL() + "/",
		Token: token(t, devserver.TokenOptions{Room: t.Name(), Identity: "me", CanSubscribe: true}),
	})
	if c.Room() != t.Name() || c.Identity() != "me" {
		t.Errorf("joined %q as %q", c.Room(), c.Identity())
	}
}

func TestASlowNetworkHasTimeToReconnect(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]time.Duration{
		time.Millisecond: 0, DefaultConnectTimeout: 0, time.Minute: time.Minute,
	} {
		if got := (target{timeout: timeout}).attemptTimeout(); got != want {
			t.Errorf("with %v to connect: got %v, want %v", timeout, got, want)
		}
	}
}
