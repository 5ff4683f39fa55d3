package signal

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestErrorsNameTheOtherScheme dials servers that want encryption, or have none, at an address that says the opposite.
func TestErrorsNameTheOtherScheme(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // an end of TLS that hangs up on everything else
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1))
			_ = conn.Close()
		}
	}()
	defer func() { <-ended }()
	defer listener.Close()
	for address, want := range map[string]string{
		strings.Replace(plain.URL, "http", "wss", 1): "ws://",
		"ws://" + listener.Addr().String():           "wss://",
	} {
		_, _, err := Dial(t.Context(), Config{URL: address, Token: "secret"}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", address, err)
		}
	}
}
