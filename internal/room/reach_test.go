package room

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// unchanging is a network in which nothing happens.
func unchanging() <-chan struct{} { return nil }

func TestAServerThatAnswersIsReached(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.NotFoundHandler())
	closed := httptest.NewServer(nil)
	closed.Close()
	defer web.Close()
	for _, url := range []string{strings.Replace(web.URL, "http", "ws", 1), web.URL} {
		if err := reach(patient(t), url, unchanging, nil); err != nil {
			t.Errorf("%s: got %v", url, err)
		}
	}
	if err := reach(patient(t), closed.URL, unchanging, nil); err != nil {
		t.Errorf("the machine said that nobody is there, and got %v", err)
	}
}

// A kernel takes connections for a program that stands still.
func TestAServerThatStandsStillIsNotReachedUntilItGoesOn(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	changed := make(chan struct{})
	reached := make(chan error)
	ctx, cancel := context.WithCancelCause(patient(t))
	go func() {
		for range 2 {
			err := reach(ctx, "ws://"+listener.Addr().String(), func() <-chan struct{} { return changed }, nil)
			reached <- err
		}
	}()
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.NotFoundHandler()}}
	select {
	case err := <-reached:
		t.Fatalf("reached before it answers: %v", err)
	default:
	}
	server.Start()
	if err := <-reached; err != nil {
		t.Error(err)
	}
	server.Close()
	cancel(errors.New("enough"))
	t.Logf("the second time, whose end depends on what was sooner: %v", <-reached)
}

func TestReachEndsWithItsContext(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // which nobody accepts from
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	asked := 0
	err = reach(ctx, "ws://"+listener.Addr().String(), func() <-chan struct{} {
		if asked++; asked == 3 {
			cancel(enough)
		}
		again := make(chan struct{})
		close(again) // a network that changes all the time
		return again
	}, nil)
	if !errors.Is(err, enough) || asked < 3 {
		t.Errorf("got %v after %d attempts", err, asked)
	}
}
