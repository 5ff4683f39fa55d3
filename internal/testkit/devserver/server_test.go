package devserver_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

func start(t *testing.T, options devserver.Options) *devserver.Server {
	t.Helper()
	server, err := devserver.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// validate asks the server whether a client with this token may join: 200, or 401.
func validate(t *testing.T, server *devserver.Server, token string) int {
	t.Helper()
	response := get(t, server.HTTPURL()+"/rtc/validate?access_token="+token)
	if response == nil {
		t.Fatal("the server does not answer")
	}
	return response.StatusCode
}

// get returns nil when nobody answers within a second.
func get(t *testing.T, url string) *http.Response {
	t.Helper()
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		return nil
	}
	_ = response.Body.Close()
	return response
}

func TestServerAcceptsItsTokensOnly(t *testing.T) {
	server, other := start(t, devserver.Options{}), start(t, devserver.Options{})
	options := devserver.TokenOptions{Room: "room", Identity: "somebody", CanSubscribe: true}
	good, err := server.Token(options)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Token(options)
	if err != nil {
		t.Fatal(err)
	}
	options.ValidFor = -time.Hour
	expired, err := server.Token(options)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		token string
		want  int
	}{
		"own token":                 {good, http.StatusOK},
		"token of another key pair": {foreign, http.StatusUnauthorized},
		"expired token":             {expired, http.StatusUnauthorized},
	} {
		if got := validate(t, server, test.token); got != test.want {
			t.Errorf("%s: status %d, want %d", name, got, test.want)
		}
	}
}

func TestServerListensOnLoopbackOnly(t *testing.T) {
	server := start(t, devserver.Options{})
	port := strconv.Itoa(server.UDPPort())
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	// A port that is taken on loopback alone is free on every other address.
	for _, address := range addresses {
		network, ok := address.(*net.IPNet)
		if !ok || network.IP.To4() == nil {
			continue
		}
		_, tcpPort, _ := strings.Cut(strings.TrimPrefix(server.HTTPURL(), "http://"), ":")
		conn, udpErr := net.ListenPacket("udp4", net.JoinHostPort(network.IP.String(), port))
		if udpErr == nil {
			_ = conn.Close()
		}
		listener, tcpErr := net.Listen("tcp4", net.JoinHostPort(network.IP.String(), tcpPort))
		if tcpErr == nil {
			_ = listener.Close()
		}
		if network.IP.IsLoopback() {
			if udpErr == nil || tcpErr == nil {
				t.Errorf("the server does not listen on %s: UDP %v, TCP %v", network.IP, udpErr, tcpErr)
			}
		} else if udpErr != nil || tcpErr != nil {
			t.Errorf("the server listens on %s: UDP %v, TCP %v", network.IP, udpErr, tcpErr)
		}
	}
}

func TestStopEndsTheServerAndMayBeCalledAgain(t *testing.T) {
	server := start(t, devserver.Options{})
	server.Stop()
	server.Stop()
	if get(t, server.HTTPURL()) != nil {
		t.Error("the server still answers")
	}
	if err := server.Freeze(); err == nil {
		t.Error("Freeze of a stopped server returned no error")
	}
}

func TestRestartKeepsPortsAndKeys(t *testing.T) {
	server := start(t, devserver.Options{})
	url, port := server.URL(), server.UDPPort()
	token, err := server.Token(devserver.TokenOptions{Room: "room", Identity: "somebody"})
	if err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if get(t, server.HTTPURL()) != nil {
		t.Fatal("the killed server still answers")
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if server.URL() != url || server.UDPPort() != port {
		t.Errorf("restarted at %s and UDP port %d, before %s and %d", server.URL(), server.UDPPort(), url, port)
	}
	if got := validate(t, server, token); got != http.StatusOK {
		t.Errorf("status %d for a token from before the restart", got)
	}
}

func TestFrozenServerAnswersAfterThaw(t *testing.T) {
	server := start(t, devserver.Options{})
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	if get(t, server.HTTPURL()) != nil {
		t.Error("the frozen server answers")
	}
	if err := server.Thaw(); err != nil {
		t.Fatal(err)
	}
	if get(t, server.HTTPURL()) == nil {
		t.Error("the thawed server does not answer")
	}
}

func TestStopEndsFrozenServer(t *testing.T) {
	server := start(t, devserver.Options{})
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	server.Stop()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("Stop took %v", took)
	}
}

func TestStartFailsOnTakenFixedPort(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	// The port's owner accepts and says nothing, as a foreign server might.
	var log bytes.Buffer
	_, err = devserver.Start(t.Context(), devserver.Options{
		Port: listener.Addr().(*net.TCPAddr).Port, UDPPort: freeUDPPort(t), LogWriter: &log,
	})
	if err == nil {
		t.Fatal("Start succeeded")
	}
	if !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("the error does not carry the server's last log lines: %v", err)
	}
	if !strings.Contains(log.String(), "address already in use") {
		t.Errorf("LogWriter got %q", log.String())
	}
}

func freeUDPPort(t *testing.T) int {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).Port
}

func TestStartTellsWhatTheServerSaid(t *testing.T) {
	program := filepath.Join(t.TempDir(), "server")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho no disk, no memory\nexit 7\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := devserver.Start(t.Context(), devserver.Options{Binary: program})
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 || !strings.Contains(err.Error(), "no disk, no memory") {
		t.Errorf("Start returned %v", err)
	}
}

func TestStartNamesWrongBinaryVariable(t *testing.T) {
	t.Setenv(devserver.BinaryVariable, "/nonexistent/server")
	if _, err := devserver.Start(t.Context(), devserver.Options{}); err == nil ||
		!strings.Contains(err.Error(), "/nonexistent/server") {
		t.Errorf("Start returned %v", err)
	}
}

func TestServersStartTogether(t *testing.T) {
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			server, err := devserver.Start(t.Context(), devserver.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			server.Stop()
		})
	}
	group.Wait()
}

func TestServerDiesWithItsKilledParent(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), orphanVariable+"=1")
	parent.Stdout = writer
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ws://") {
		t.Fatalf("the parent said %q: %v", line, err)
	}
	url := "http" + strings.TrimPrefix(strings.TrimSpace(line), "ws")
	if get(t, url) == nil {
		t.Fatal("the server does not answer while its parent lives")
	}

	if err := parent.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	// A connection that is refused tells that the listening process has gone; the kernel needs a moment.
	deadline := time.Now().Add(10 * time.Second)
	for {
		conn, err := net.Dial("tcp4", strings.TrimPrefix(url, "http://"))
		if err != nil {
			break
		}
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server outlives its parent")
		}
	}
}
