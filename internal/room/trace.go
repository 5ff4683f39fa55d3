package room

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http/httptrace"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// errNoMedia is what is wrong when a server answers and media cannot come.
var errNoMedia = errors.New("the server answers, but no media connection comes about " +
	"(does a firewall block UDP, and the server's TCP port, which is 7881 by default?)")

// mediaFailure says the same with the reason, if the subscriber knows one.
func mediaFailure(err error) error {
	if err == subscriber.ErrMedia { //nolint:errorlint // what wraps it has the reason
		return errNoMedia
	}
	return err
}

// trace follows how far a join gets, to say why it takes too long.
type trace struct {
	mu                         sync.Mutex
	cause                      error // why the last attempt failed
	accepted, answered, joined bool
}

func (t *trace) context(ctx context.Context, owner guard.Owner) context.Context {
	failed := func(err error) { guard.Do("room: not dialled", owner, func() { t.failed(err) }) }
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSDone:              func(i httptrace.DNSDoneInfo) { failed(i.Err) },
		ConnectDone:          func(_, _ string, err error) { failed(err) },
		TLSHandshakeDone:     func(_ tls.ConnectionState, err error) { failed(err) },
		GotConn:              func(httptrace.GotConnInfo) { guard.Do("room: dialled", owner, func() { t.note(&t.accepted) }) },
		GotFirstResponseByte: guard.Func("room: answered", owner, func() { t.note(&t.answered) }),
	})
}

func (t *trace) failed(err error) {
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.cause = err
	}
}

func (t *trace) note(stage *bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*stage = true
}

// letIn is called when the server has let us in.
func (t *trace) letIn() { t.note(&t.joined) }

// stage describes how far the join has got.
func (t *trace) stage() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.joined:
		return mediaFailure(t.cause).Error()
	case t.answered:
		return "the server accepts the connection and does not say that we have joined"
	case t.accepted:
		return "the server accepts connections and does not answer"
	case t.cause != nil:
		return t.cause.Error()
	}
	return "nothing answers at this address"
}
