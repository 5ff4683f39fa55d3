package room

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/interceptor"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// attempt is one to get into a room, which ends when media can come.
type attempt struct {
	target   target
	deadline time.Time
	trace    trace
}

// join enters a room, and returns when the server has let us in. owner is told of panics.
func (a *attempt) join(ctx context.Context, log *slog.Logger, owner guard.Owner, peers *peers) (*subscriber.Room, error) {
	t := a.target
	a.deadline = time.Now().Add(t.timeout)
	within, cancel := context.WithDeadline(ctx, a.deadline)
	defer cancel()
	joined, err := subscriber.Join(a.trace.context(within, owner), subscriber.Config{
		Config: signal.Config{
			URL: t.url, Token: t.token, Version: t.version,
			// A server removes frame metadata from tracks that have it for those who do not say this.
			Capabilities: []livekit.ClientInfo_Capability{livekit.ClientInfo_CAP_PACKET_TRAILER},
		},
		RelayOnly:    t.relay,
		NoRedundancy: t.single,

		AttemptTimeout: t.attemptTimeout(),

		Interceptors: []interceptor.Factory{peers},
		Logger:       log,
	})
	if err != nil {
		return nil, a.failed(ctx, within, err)
	}
	a.trace.letIn()
	return joined, nil
}

// ready waits until media can come, and calls begin now and after each change until then. Who shares the connection may come long
// after the deadline, when it has been ready for as long.
func (a *attempt) ready(ctx context.Context, joined *subscriber.Room, changed func() <-chan struct{}, begin func()) error {
	within, cancel := context.WithDeadline(ctx, a.deadline)
	defer cancel()
	for {
		select {
		case <-joined.Ready():
			return nil
		default:
		}
		next := changed()
		begin()
		select {
		case <-next:
		case <-joined.Ready():
		case <-joined.Done():
			return a.failed(ctx, within, joined.Err())
		case <-within.Done():
			a.trace.failed(joined.MediaFailure())
			return a.failed(ctx, within, context.Cause(within))
		}
	}
}

// failed says why the attempt has failed. within ends with it, and ctx with the user's patience.
func (a *attempt) failed(ctx, within context.Context, err error) error {
	t := a.target
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("join room %q: %w", t.room, context.Cause(ctx))
	case within.Err() != nil:
		return &TimeoutError{URL: t.url, After: t.timeout, Stage: a.trace.stage()}
	}
	return t.explain(err)
}

// attemptTimeout returns how long a try to reconnect may take, 0 for the usual time.
func (t target) attemptTimeout() time.Duration {
	if t.timeout <= DefaultConnectTimeout {
		return 0
	}
	return t.timeout
}

// explain turns the error of a join into one that says what to do.
func (t target) explain(err error) error {
	var internal *guard.Error
	var left *subscriber.LeftError
	var refused *signal.RefusedError
	switch {
	case errors.As(err, &internal):
		return internal
	case errors.Is(err, subscriber.ErrCannotSubscribe):
		return cannotSubscribe()
	case errors.Is(err, subscriber.ErrMedia):
		return &UnreachableError{URL: t.url, Err: mediaFailure(err)}
	case errors.As(err, &left):
		return &DisconnectedError{Room: t.room, Reason: left.Reason}
	case errors.As(err, &refused):
		return t.refused(refused)
	}
	return &UnreachableError{URL: t.url, Err: err}
}

// refused says why a server that answered does not let us in.
func (t target) refused(err *signal.RefusedError) error {
	switch {
	case err.Status == http.StatusUnauthorized:
		return t.unauthorized(time.Now())
	case err.Status == http.StatusNotFound:
		return &RefusedError{URL: t.url, Room: t.room, Reason: "not found: " +
			"the server does not create rooms by itself and has none of this name, or it is not a LiveKit server"}
	case err.Reason == "":
		return &RefusedError{URL: t.url, Room: t.room, Reason: fmt.Sprintf("it answers with status %d, is it a LiveKit server?", err.Status)}
	case err.Status < http.StatusBadRequest || err.Status >= http.StatusInternalServerError: // LiveKit gives its reasons with 4xx
		return &RefusedError{URL: t.url, Room: t.room, Reason: fmt.Sprintf("it answers with status %d and %q", err.Status, err.Reason)}
	}
	return &RefusedError{URL: t.url, Room: t.room, Reason: err.Reason}
}
