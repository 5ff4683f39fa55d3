package signal

import (
	"encoding/base64"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testauthority"
)

// The tests run in an environment as a company's network has it, of which net/http and crypto/x509 look at each part once: there is
// a proxy, for all but loopback addresses and direct.invalid, and an authority of its own.
var (
	server    *devserver.Server
	authority *testauthority.Authority
	proxy     *tunnel
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	var forget func()
	if authority, forget, err = testauthority.NewTrusted(); err != nil {
		log.Print(err)
		return 1
	}
	defer forget()
	if proxy, err = newTunnel(); err != nil {
		log.Print(err)
		return 1
	}
	for name, value := range map[string]string{
		"HTTP_PROXY": proxy.url(), "HTTPS_PROXY": proxy.url(), "NO_PROXY": "direct.invalid",
		"http_proxy": "", "https_proxy": "", "no_proxy": "",
	} {
		if err := os.Setenv(name, value); err != nil {
			log.Print(err)
			return 1
		}
	}
	return roomtest.Main(m, func(s *devserver.Server) error {
		server = s
		return nil
	}, func() error {
		proxy.close()
		return goleak.Find()
	})
}

// tunnel is a proxy that knows the method CONNECT (RFC 9110 section 9.3.6), and names that nobody else knows. It wants a
// password.
type tunnel struct {
	listener net.Listener
	web      http.Server
	serving  sync.WaitGroup

	mu    sync.Mutex
	hosts map[string]string // where a name leads to; those that are not here are refused
	asked []string
}

const proxyPassword = "me:opensesame"

func newTunnel() (*tunnel, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &tunnel{listener: listener, hosts: make(map[string]string)}
	p.web.Handler = p
	p.serving.Go(func() { _ = p.web.Serve(listener) })
	return p, nil
}

func (p *tunnel) url() string { return "http://" + proxyPassword + "@" + p.listener.Addr().String() }

func (p *tunnel) close() {
	_ = p.web.Close()
	p.serving.Wait()
}

func (p *tunnel) leadTo(name, address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hosts[name] = address
}

func (p *tunnel) wasAskedFor(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, asked := range p.asked {
		if strings.HasPrefix(asked, name+":") {
			return true
		}
	}
	return false
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Proxy-Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte(proxyPassword)) {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, r.Host)
	name, _, _ := net.SplitHostPort(r.Host)
	address, known := p.hosts[name]
	p.mu.Unlock()
	if r.Method != http.MethodConnect || !known {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	far, err := net.Dial("tcp", address)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	near, early, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = far.Close()
		return
	}
	_, _ = near.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n"))
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(near, far)
		_ = near.Close()
	})
	_, _ = io.Copy(far, early)
	_ = far.Close()
	back.Wait()
}

// encrypted is a server in front of another one that has TLS, which by answers for.
func encrypted(t *testing.T, address string, by *testauthority.Authority, hosts ...string) *httptest.Server {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(to))
	web.Config.ErrorLog = log.New(io.Discard, "", 0) // of those who do not trust it
	if web.TLS, err = by.Server(hosts...); err != nil {
		t.Fatal(err)
	}
	web.StartTLS()
	t.Cleanup(web.Close)
	return web
}

func mustJoinAs(t *testing.T, c Config) {
	t.Helper()
	if _, first := mustDial(t, c); first.GetJoin().GetParticipant().GetIdentity() != "me" {
		t.Errorf("the server says %v", first)
	}
}

func TestAProxyIsUsed(t *testing.T) {
	t.Parallel()
	c := config(t)
	proxy.leadTo("far.invalid", strings.TrimPrefix(server.URL(), "ws://"))
	c.URL = "ws://far.invalid:7880"
	mustJoinAs(t, c)
	if !proxy.wasAskedFor("far.invalid") {
		t.Error("the proxy does not know of it")
	}
}

func TestAProxyIsUsedWithEncryption(t *testing.T) {
	t.Parallel()
	c := config(t)
	proxy.leadTo("safe.invalid", encrypted(t, server.HTTPURL(), authority, "safe.invalid").Listener.Addr().String())
	c.URL = "wss://safe.invalid"
	mustJoinAs(t, c)
	if !proxy.wasAskedFor("safe.invalid") {
		t.Error("the proxy does not know of it")
	}
}

func TestNoProxyIsUsedWhereNoneIsWanted(t *testing.T) {
	t.Parallel()
	_, _, err := Dial(roomtest.Patient(t), Config{URL: "ws://direct.invalid:1", Token: "secret"}, nil)
	if err == nil || strings.Contains(err.Error(), "proxy") || proxy.wasAskedFor("direct.invalid") {
		t.Errorf("got %v", err)
	}
}

func TestAProxyThatRefusesIsNamed(t *testing.T) {
	t.Parallel()
	_, _, err := Dial(roomtest.Patient(t), Config{URL: "wss://nowhere.invalid", Token: "secret"}, nil)
	if err == nil || !strings.Contains(err.Error(), proxy.listener.Addr().String()) || strings.Contains(err.Error(), "opensesame") {
		t.Errorf("got %v", err)
	}
}

func TestAnAuthorityOfOnesOwnIsTrusted(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.URL = strings.Replace(encrypted(t, server.HTTPURL(), authority, "127.0.0.1").URL, "https", "wss", 1)
	mustJoinAs(t, c)
}

func TestACertificateThatIsNotTrustedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	stranger, err := testauthority.New()
	if err != nil {
		t.Fatal(err)
	}
	for part, web := range map[string]*httptest.Server{
		"SSL_CERT_FILE": encrypted(t, server.HTTPURL(), stranger, "127.0.0.1"),
		"127.0.0.1":     encrypted(t, server.HTTPURL(), authority, "127.0.0.2"), // of another server
	} {
		c := config(t)
		c.URL = web.URL
		_, _, err := Dial(roomtest.Patient(t), c, nil)
		if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), c.Token) {
			t.Errorf("got %v", err)
		}
	}
}

// TestARegionOfLiveKitCloudIsJoined as it is: by names and with encryption, and through a proxy as well.
func TestARegionOfLiveKitCloudIsJoined(t *testing.T) {
	t.Parallel()
	const project, region = "p.livekit.cloud", "p.near.livekit.cloud"
	entry := newCloud(t, refusing(http.StatusServiceUnavailable), listing("wss://"+region))
	proxy.leadTo(project, encrypted(t, "http://"+entry.address, authority, project).Listener.Addr().String())
	proxy.leadTo(region, encrypted(t, server.HTTPURL(), authority, region).Listener.Addr().String())
	c := config(t)
	c.URL = "wss://" + project
	mustJoinAs(t, c)
	if asked, entered := entry.counts(); asked != 1 || entered != 1 || entry.token != "Bearer "+c.Token {
		t.Errorf("asked %d times, tried %d times, with %q", asked, entered, entry.token)
	}
}

func TestAServerOnIPv6IsJoined(t *testing.T) {
	t.Parallel()
	s, err := devserver.Start(t.Context(), devserver.Options{Address: devserver.Loopback6})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	token, err := s.Token(devserver.TokenOptions{Room: t.Name(), Identity: "me", CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	mustJoinAs(t, Config{URL: s.URL(), Token: token})
}
