package room

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// late counts joins that were abandoned and have not ended yet. Tests wait for it.
var late sync.WaitGroup

// errDisconnected ends a join; disconnected has the reason.
var errDisconnected = errors.New("disconnected while joining")

// join is one attempt to enter a room.
type join struct {
	target target
	sdk    *lksdk.Room
	peers  *peers
	trace  trace
	owner  guard.Owner

	beforeDial func(resumes bool) // called before each connection attempt of the SDK, now and at each reconnect
}

// run joins the room, or cleans up completely. It returns soon after ctx ends. The SDK may continue for the connect
// timeout and another three seconds, in which it asks why it was refused; this ends by itself and is cleaned up.
func (j *join) run(ctx context.Context, disconnected <-chan struct{}, options ...lksdk.ConnectOption) error {
	attempt, cancel := context.WithTimeout(ctx, j.target.timeout)
	defer cancel()
	all, err := interceptors(j.peers)
	if err != nil {
		return err
	}
	options = append([]lksdk.ConnectOption{
		lksdk.WithAutoSubscribe(false),
		lksdk.WithConnectTimeout(j.target.timeout),
		lksdk.WithInterceptors(all),
		lksdk.WithIncludeDefaultInterceptors(false),
	}, options...)
	result := make(chan error)
	given := make(chan struct{}) // up
	guard.Go(&late, "room: join", j.owner, func() {
		capable := sdk.JoinContext(j.trace.context(attempt, j.owner), j.sdk, j.beforeDial, j.owner)
		err := j.sdk.JoinWithContextAndToken(capable, j.target.url, j.target.token, options...)
		if err != nil {
			j.discard()
		}
		select {
		case result <- err:
		case <-given:
			j.discard()
		}
	})
	select {
	case err := <-result:
		if err != nil {
			return j.explain(ctx, attempt, err)
		}
		return nil
	case <-attempt.Done():
	case <-disconnected:
	}
	close(given)
	j.peers.stop()
	j.trace.abort()
	closePeers(j.sdk)
	if err := attempt.Err(); err != nil {
		return j.explain(ctx, attempt, err)
	}
	return errDisconnected
}

// discard leaves a room whose join was abandoned.
func (j *join) discard() {
	_ = leave(j.sdk, j.peers, j.owner) // the rest ends by itself
	j.trace.abort()
}

// explain turns an error of the SDK into one that says what to do.
func (j *join) explain(ctx, attempt context.Context, err error) error {
	t := j.target
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("join room %q: %w", t.room, context.Cause(ctx))
	case attempt.Err() != nil, errors.Is(err, lksdk.ErrConnectionTimeout):
		return &TimeoutError{URL: t.url, After: t.timeout, Stage: j.trace.stage()}
	case errors.As(err, new(*url.Error)): // the SDK got no answer when it asked why it was refused
		cause := j.trace.err()
		if cause == nil {
			cause = errors.New("it does not answer as one")
		}
		return &UnreachableError{URL: t.url, Err: cause}
	case errors.Is(err, lksdk.ErrCannotConnectSignal):
		return &RefusedError{URL: t.url, Room: t.room, Reason: "it accepts the token and then refuses the connection"}
	}
	// The error now has the status of /rtc/validate and the server's text, which may contain the token.
	text := sdk.NewRedactor(t.token).Text(err.Error())
	switch {
	case strings.HasPrefix(text, "unauthorized"):
		return t.unauthorized(time.Now())
	case strings.HasPrefix(text, "not found"):
		return &RefusedError{URL: t.url, Room: t.room, Reason: "not found: " +
			"the server does not create rooms by itself and has none of this name, or it is not a LiveKit server"}
	}
	return &RefusedError{URL: t.url, Room: t.room, Reason: text}
}
