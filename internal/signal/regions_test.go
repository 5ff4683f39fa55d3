package signal

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// cloud is a stand-in for LiveKit Cloud: one address of a project, which says what regions there are, and does with who wants to
// join what enter says.
type cloud struct {
	config  Config
	address string

	mu      sync.Mutex
	asked   int
	entered int
	token   string
}

func newCloud(t *testing.T, enter http.HandlerFunc, settings http.HandlerFunc) *cloud {
	t.Helper()
	c := new(cloud)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/settings/regions" {
			c.mu.Lock()
			c.asked++
			c.token = r.Header.Get("Authorization")
			c.mu.Unlock()
			settings(w, r)
			return
		}
		c.mu.Lock()
		c.entered++
		c.mu.Unlock()
		enter(w, r)
	}))
	t.Cleanup(web.Close)
	c.address = web.Listener.Addr().String()
	c.config = config(t)
	c.config.URL = "ws://" + c.address
	c.config.cloud = func(asked string) bool { return asked == c.address }
	return c
}

func (c *cloud) counts() (asked, entered int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked, c.entered
}

func refusing(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not here", status) }
}

// listing says that there are regions, as LiveKit Cloud does.
func listing(urls ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		type region struct {
			Region   string `json:"region"`
			URL      string `json:"url"`
			Distance string `json:"distance"`
		}
		var all []region
		for i, url := range urls {
			all = append(all, region{fmt.Sprint("region", i), url, fmt.Sprint(i * 1000)})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"regions": all, "tomorrow": 1})
	}
}

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return "ws://" + listener.Addr().String()
}

func mustDial(t *testing.T, c Config) (*Conn, *livekit.SignalResponse) {
	t.Helper()
	conn, first, err := Dial(roomtest.Patient(t), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn, first
}

func TestAnotherRegionIsTried(t *testing.T) {
	t.Parallel()
	for name, enter := range map[string]http.HandlerFunc{
		"when the first is not able to":  refusing(http.StatusServiceUnavailable),
		"when the first has no room":     refusing(http.StatusTooManyRequests),
		"when the project is not served": refusing(http.StatusUnavailableForLegalReasons),
		"when the first is broken":       func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, enter, listing(closedPort(t), server.URL()))
			c.config.Regions = new(Regions)
			_, first := mustDial(t, c.config)
			if first.GetJoin().GetParticipant().GetIdentity() != "me" {
				t.Errorf("the server says %v", first)
			}
			if c.token != "Bearer "+c.config.Token {
				t.Errorf("the regions were asked for with %q", c.token)
			}
			// Where we are now is where we go back to.
			mustDial(t, c.config)
			if asked, entered := c.counts(); asked != 1 || entered != 1 {
				t.Errorf("asked %d times, tried %d times", asked, entered)
			}
		})
	}
}

// TestAServerThatDoesNotAnswerIsNotWaitedForWithOthersThere takes as long as it is waited for.
func TestAServerThatDoesNotAnswerIsNotWaitedForWithOthersThere(t *testing.T) {
	t.Parallel()
	silent := answering(t, func(socket *websocket.Conn) { _, _, _ = socket.ReadMessage() })
	c := config(t)
	c.Regions = new(Regions)
	c.Regions.tell([]string{silent.URL})
	mustDial(t, c)
}

// TestASlowServerIsWaitedForWithoutOthersThere: it answers the second time, and there is no other region.
func TestASlowServerIsWaitedForWithoutOthersThere(t *testing.T) {
	t.Parallel()
	visits := make(chan bool, 1)
	visits <- true
	slow := answering(t, func(socket *websocket.Conn) {
		if first := <-visits; !first {
			say(t, socket, join())
		}
		visits <- false
		_, _, _ = socket.ReadMessage()
	})
	slow.cloud = func(string) bool { return true }
	if _, first := mustDial(t, slow); first.GetJoin() == nil {
		t.Errorf("the server says %v", first)
	}
}

func TestNoOtherRegionIsTriedAfterARefusal(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest} {
		c := newCloud(t, refusing(status), listing(server.URL()))
		_, _, err := Dial(roomtest.Patient(t), c.config, nil)
		var refused *RefusedError
		if !errors.As(err, &refused) || refused.Status != status {
			t.Errorf("got %v", err)
		}
		if asked, _ := c.counts(); asked != 0 {
			t.Errorf("%d: the regions were asked for", status)
		}
	}
}

func TestRegionsAreAskedForOfACloudOnly(t *testing.T) {
	t.Parallel()
	c := newCloud(t, refusing(http.StatusServiceUnavailable), listing(server.URL()))
	c.config.cloud = nil
	var refused *RefusedError
	if _, _, err := Dial(roomtest.Patient(t), c.config, nil); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	if asked, _ := c.counts(); asked != 0 {
		t.Error("they were")
	}
	for address, is := range map[string]bool{
		"wss://project.livekit.cloud": true, "https://project.Livekit.Cloud:443/path": true, "wss://p.staging.livekit.run": true,
		"wss://livekit.cloud.example.com": false, "wss://notlivekit.cloud": false, "wss://127.0.0.1": false, "::": false,
	} {
		if got := (Config{URL: address}).isCloud(); got != is {
			t.Errorf("%q: %v", address, got)
		}
	}
}

// TestHostileSettings: what they say is left out, and the refusal is what is told.
func TestHostileSettings(t *testing.T) {
	t.Parallel()
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf("ws://127.0.0.1:1/%d", i)
	}
	for name, settings := range map[string]http.HandlerFunc{
		"refused":       refusing(http.StatusUnauthorized),
		"nothing":       func(http.ResponseWriter, *http.Request) {},
		"no JSON":       func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"other JSON":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"regions":"none"}`)) },
		"none":          listing(),
		"no addresses":  listing("", "::", "ftp://host", "ws://", "host:80", "ws://h%zz", "ws://"+strings.Repeat("a", 1<<12)),
		"too many":      listing(many...),
		"a redirect":    func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, server.HTTPURL(), http.StatusFound) },
		"a broken line": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"too much": func(w http.ResponseWriter, _ *http.Request) {
			for _, err := w.Write([]byte(`{"regions":[]}`)); err == nil; _, err = w.Write(make([]byte, 1<<16)) {
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, refusing(http.StatusServiceUnavailable), settings)
			c.config.Regions = new(Regions)
			_, _, err := Dial(roomtest.Patient(t), c.config, nil)
			if err == nil || strings.Contains(err.Error(), c.config.Token) {
				t.Fatalf("got %v", err)
			}
			var refused *RefusedError
			if name != "too many" && (!errors.As(err, &refused) || refused.Status != http.StatusServiceUnavailable) {
				t.Errorf("got %v", err)
			}
			if n := len(c.config.Regions.known); n > maxRegions {
				t.Errorf("%d regions are kept", n)
			}
			if asked, entered := c.counts(); asked != 1 || entered != 1 {
				t.Errorf("asked %d times, tried %d times", asked, entered)
			}
		})
	}
}

func TestSettingsAreGoodForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := Regions{asked: time.Now(), known: []string{"ws://a"}}
		c := Config{URL: "::"} // which cannot be asked
		time.Sleep(settingsAge - time.Millisecond)
		if err := r.ask(t.Context(), c); err != nil {
			t.Errorf("it is asked after %v", settingsAge-time.Millisecond)
		}
		time.Sleep(time.Millisecond)
		if err := r.ask(t.Context(), c); err == nil {
			t.Errorf("it is not asked after %v", settingsAge)
		}
		if len(r.known) != 1 {
			t.Error("what was known is forgotten")
		}
	})
}

func TestRegionsWithoutEncryptionAreLeftOut(t *testing.T) {
	t.Parallel()
	all := []string{"ws://a", "http://b", "wss://C:443/", "https://c:443", "https://d/path/?q=1#f", ""}
	want := []string{"wss://c:443", "wss://d/path"}
	if got := acceptable(all, Config{URL: "https://project"}); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if got := acceptable(all, Config{URL: "ws://project"}); !slices.Equal(got, append([]string{"ws://a", "ws://b"}, want...)) {
		t.Errorf("got %v", got)
	}
}

// leaving sends who joins away.
func leaving(t *testing.T, action livekit.LeaveRequest_Action, urls ...string) Config {
	return answering(t, func(socket *websocket.Conn) {
		say(t, socket, &livekit.SignalResponse{Message: &livekit.SignalResponse_Leave{
			Leave: &livekit.LeaveRequest{Action: action, Regions: regionsOf(urls...)},
		}})
		_, _, _ = socket.ReadMessage()
	})
}

func regionsOf(urls ...string) *livekit.RegionSettings {
	settings := new(livekit.RegionSettings)
	for _, url := range urls {
		settings.Regions = append(settings.Regions, &livekit.RegionInfo{Region: url, Url: url})
	}
	return settings
}

func TestAServerThatSendsUsToAnotherIsFollowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Config{
		"to join":   leaving(t, livekit.LeaveRequest_RECONNECT, closedPort(t), server.URL()),
		"to resume": leaving(t, livekit.LeaveRequest_RESUME, server.URL()),
		"a join with another address": answering(t, func(socket *websocket.Conn) {
			say(t, socket, &livekit.SignalResponse{Message: &livekit.SignalResponse_Join{
				Join: &livekit.JoinResponse{AlternativeUrl: server.URL()},
			}})
			_, _, _ = socket.ReadMessage()
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			where := c.URL
			c := config(t)
			c.URL = where
			if _, first := mustDial(t, c); first.GetJoin().GetParticipant().GetIdentity() != "me" {
				t.Errorf("the server says %v", first)
			}
		})
	}
}

func TestALeaveThatLeadsNowhereIsTold(t *testing.T) {
	t.Parallel()
	ourselves := make([]string, 1)
	around := leaving(t, livekit.LeaveRequest_RECONNECT, ourselves...)
	for name, c := range map[string]Config{
		"the end":        leaving(t, livekit.LeaveRequest_DISCONNECT, server.URL()),
		"no address":     leaving(t, livekit.LeaveRequest_RECONNECT, "::"),
		"without region": around,
	} {
		_, first := mustDial(t, c)
		if first.GetLeave() == nil {
			t.Errorf("%s: the server says %v", name, first)
		}
	}
}

func TestServersThatSendUsAroundAreLeft(t *testing.T) {
	t.Parallel()
	visits := make(chan struct{}, 1000)
	number := 0
	var c Config
	c = answering(t, func(socket *websocket.Conn) {
		visits <- struct{}{}
		number++
		say(t, socket, &livekit.SignalResponse{Message: &livekit.SignalResponse_Join{
			Join: &livekit.JoinResponse{AlternativeUrl: fmt.Sprintf("%s/%d", c.URL, number)},
		}})
		_, _, _ = socket.ReadMessage()
	})
	conn, _, err := Dial(roomtest.Patient(t), c, nil)
	if err == nil {
		conn.Close()
	}
	if n := len(visits); n > maxServers {
		t.Errorf("%d servers were tried", n)
	}
}

// TestRegionsOfALeaveAreWhereTheNextConnectionGoes, in the middle of a session.
func TestRegionsOfALeaveAreWhereTheNextConnectionGoes(t *testing.T) {
	t.Parallel()
	first := answering(t, func(socket *websocket.Conn) {
		say(t, socket, join())
		say(t, socket, &livekit.SignalResponse{Message: &livekit.SignalResponse_Leave{
			Leave: &livekit.LeaveRequest{Action: livekit.LeaveRequest_RECONNECT, Regions: regionsOf(server.URL())},
		}})
		_, _, _ = socket.ReadMessage()
	})
	c := config(t)
	c.URL, c.Regions = first.URL, new(Regions)
	conn, joined := mustDial(t, c)
	if joined.GetJoin() == nil {
		t.Fatalf("the server says %v", joined)
	}
	if left, err := conn.Receive(); err != nil || left.GetLeave() == nil {
		t.Fatalf("got %v, %v", left, err)
	}
	if _, joined := mustDial(t, c); joined.GetJoin().GetParticipant().GetIdentity() != "me" {
		t.Errorf("the server says %v", joined)
	}
}

func TestWhoResumesGoesWhereTheSessionWas(t *testing.T) {
	t.Parallel()
	r := &Regions{last: "ws://was", known: []string{"ws://near", "ws://far"}}
	c := Config{URL: "ws://project"}
	r.failed("ws://was")
	if got, want := r.servers(c), []string{"ws://project", "ws://near", "ws://far", "ws://was"}; !slices.Equal(got, want) {
		t.Errorf("who joins goes to %v", got)
	}
	r.failed("ws://project")
	if got := r.servers(c)[0]; got != "ws://near" {
		t.Errorf("who joins goes to %v", got)
	}
	c.Resume = "PA_x"
	if got, want := r.servers(c), []string{"ws://was", "ws://project", "ws://near", "ws://far"}; !slices.Equal(got, want) {
		t.Errorf("who resumes goes to %v", got)
	}
	r.tell([]string{"ws://there"})
	if got := r.servers(c)[0]; got != "ws://there" {
		t.Errorf("who resumes goes to %v", got)
	}
}

func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"regions":[{"region":"a","url":"wss://a.livekit.cloud","distance":"1"}]}`), "wss://project")
	f.Add([]byte(`{"regions":[null]}`), "ws://project/path")
	f.Add([]byte(`{"regions":[{"url":"::"},{"url":"ws://a:b@c/?#"}]}`), "::")
	f.Fuzz(func(t *testing.T, text []byte, url string) {
		known, err := readSettings(text)
		if err != nil {
			return
		}
		r := Regions{known: known}
		for _, server := range r.servers(Config{URL: url}) {
			if strings.HasPrefix(url, "wss:") && !strings.HasPrefix(server, "wss://") {
				t.Errorf("%q leads from %q", server, url)
			}
			_, _ = Config{URL: url}.address(server, false)
		}
	})
}

func FuzzRedirected(f *testing.F) {
	f.Add("wss://host/rtc?a=1", "https://other/rtc")
	f.Add("ws://host/rtc?a=1", "//other")
	f.Add("wss://host", "HTTP://x")
	f.Fuzz(func(t *testing.T, address, location string) {
		to, err := redirected(address, location)
		if err != nil {
			return
		}
		if strings.HasPrefix(address, "wss:") && !strings.HasPrefix(to, "wss://") {
			t.Errorf("%q leads from %q", to, address)
		}
	})
}
