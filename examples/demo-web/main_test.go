package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/foreground"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWrongFlagsAreUsageErrors(t *testing.T) {
	for _, arguments := range [][]string{{"-port", "65536"}, {"-port", "-1"}, {"-nonsense"}, {"argument"}} {
		if got := status(arguments); got != foreground.StatusUsage {
			t.Errorf("%q: status %d, want %d", arguments, got, foreground.StatusUsage)
		}
	}
}

func TestPortOfAnotherProgramIsNamed(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	o := defaults(t)
	o.port = other.Addr().(*net.TCPAddr).Port
	if err := run(t.Context(), o, console.New(&bytes.Buffer{})); err == nil || !strings.Contains(err.Error(), "make demo-web PORT=") {
		t.Errorf("error is %v", err)
	}
}

func TestOtherNamesOfThisMachineAreRefused(t *testing.T) {
	handler := onlyLocal(http.NotFoundHandler())
	for host, want := range map[string]int{
		"127.0.0.1:8080": http.StatusNotFound, "localhost:8080": http.StatusNotFound, "example.com:8080": http.StatusForbidden,
	} {
		request := httptest.NewRequest(http.MethodGet, "/settings", nil)
		request.Host = host
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code != want {
			t.Errorf("%s: status %d, want %d", host, answer.Code, want)
		}
	}
}

func TestSlowPageGetsTheLatestPicture(t *testing.T) {
	all := newViewers()
	page, leave := all.join()
	defer leave()
	for _, picture := range []string{"first", "second", "third"} {
		all.tell(func(n *news) { n.picture = []byte(picture) })
	}
	<-page.wake
	if fresh := page.take(); string(fresh.picture) != "third" {
		t.Errorf("the page gets %q", fresh.picture)
	}
	select {
	case <-page.wake:
		t.Error("the page is woken a second time")
	default:
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct{ sum, count, want float64 }{{0, 0, silence}, {0, 10, silence}, {10, 10, 0}, {1, 100, -20}} {
		if got := decibels(c.sum, c.count); got != c.want {
			t.Errorf("squares of %v in %v samples: %v dB, want %v", c.sum, c.count, got, c.want)
		}
	}
}
