package devserver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	readyTimeout  = 20 * time.Second
	readyInterval = 20 * time.Millisecond
)

// waitReady asks the server for its rooms until it answers. The call is authenticated, so that another server,
// on a port that it took from us, is not mistaken for ours.
func (s *Server) waitReady(ctx context.Context, ended <-chan struct{}) error {
	ctx, cancelTimeout := context.WithTimeoutCause(ctx, readyTimeout,
		fmt.Errorf("livekit-server did not answer within %v", readyTimeout))
	defer cancelTimeout()

	// The end of the server also ends a call to whoever holds its port and does not answer.
	ctx, cancel := context.WithCancelCause(ctx)
	var watcher sync.WaitGroup
	watcher.Go(func() {
		select {
		case <-ended:
			cancel(errServerEnded)
		case <-ctx.Done():
		}
	})
	defer watcher.Wait()
	defer cancel(nil)

	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ticker := time.NewTicker(readyInterval)
	defer ticker.Stop()
	for {
		err := s.listRooms(ctx, client)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (last try: %w)", context.Cause(ctx), err)
		case <-ticker.C:
		}
	}
}

// listRooms calls https://docs.livekit.io/reference/other/roomservice-api/#listrooms.
func (s *Server) listRooms(ctx context.Context, client *http.Client) error {
	token, err := s.Token(TokenOptions{Identity: "devserver", RoomAdmin: true})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost,
		s.HTTPURL()+"/twirp/livekit.RoomService/ListRooms", strings.NewReader("{}"))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)

	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("server on port %d answered %s", s.ports.tcp, response.Status)
	}
	return nil
}
