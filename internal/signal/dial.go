package signal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

const (
	// regionTimeout is for one server when there are others to go to.
	regionTimeout = 4 * time.Second
	// maxServers bounds the servers that are tried at once, of one that sends us around.
	maxServers = 8
)

var errSlow = fmt.Errorf("the server does not answer within %v", regionTimeout)

// Dial connects to a server and returns its first message: that we have joined, with what there is, that a session goes on, or
// that we have to leave. When the server cannot be reached or is not able to let us in, the other ones that are known are tried,
// and those of LiveKit Cloud are asked for. It returns the cause of ctx's end, a *RefusedError, or the error of the network.
// owner is told of panics.
func Dial(ctx context.Context, config Config, owner guard.Owner) (*Conn, *livekit.SignalResponse, error) {
	if _, err := config.address(config.URL, false); err != nil {
		return nil, nil, err
	}
	if config.Regions == nil {
		config.Regions = new(Regions)
	}
	p := plan{config: config, tried: make(map[string]bool)}
	for {
		server, more := p.next(ctx)
		if server == "" {
			return nil, nil, p.failure()
		}
		c, first, err := config.enter(ctx, server, more, owner)
		if err == nil && p.sentOn(first) {
			c.Close()
			err = errors.New("the server sends us to another one")
		}
		switch {
		case err == nil:
			config.Regions.entered(server, first)
			return c, first, nil
		case ctx.Err() != nil:
			return nil, nil, context.Cause(ctx)
		case !canBeElsewhere(err):
			return nil, nil, err
		}
		p.failed(server, err)
	}
}

// enter connects to one server. It does not take its time if there are more.
func (c Config) enter(
	ctx context.Context, server string, more bool, owner guard.Owner,
) (*Conn, *livekit.SignalResponse, error) {
	if more {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, regionTimeout, errSlow)
		defer cancel()
	}
	socket, one, err := c.ask(ctx, server, owner)
	if err != nil {
		return nil, nil, err
	}
	conn := newConn(socket, c.Regions, owner)
	conn.One = one
	first, err := conn.receiveWithin(ctx)
	if err != nil {
		conn.Close()
		if errors.Is(err, io.EOF) {
			err = errors.New("the server ends the connection before it says that we have joined")
		}
		return nil, nil, err
	}
	return conn, first, nil
}

// ask makes a WebSocket, and reports whether it is for one peer connection.
func (c Config) ask(ctx context.Context, server string, owner guard.Owner) (socket *websocket.Conn, one bool, err error) {
	var old *RefusedError
	for one = !c.Separate; ; one = false {
		address, err := c.address(server, one)
		if err != nil {
			return nil, one, err
		}
		socket, err := c.connect(ctx, address, owner)
		// A server that does not know this way has nothing there. It refuses in the same way who asks for a room that there is not.
		if !one || c.Resume != "" || !errors.As(err, &old) || old.Status != http.StatusNotFound {
			return socket, one, err
		}
	}
}

// canBeElsewhere reports whether another server may let us in that this one did not.
func canBeElsewhere(err error) bool {
	var refused *RefusedError
	if !errors.As(err, &refused) {
		return true
	}
	switch refused.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusUnavailableForLegalReasons: // the project is not served in this region
		return true
	}
	return refused.Status >= http.StatusInternalServerError
}

// plan is which servers one Dial tries.
type plan struct {
	config Config
	tried  map[string]bool
	asked  bool   // LiveKit Cloud was asked for its regions
	silent error  // why it has not told them
	slow   string // the first server that did not answer in its time
	err    error  // of the last server
}

// next returns a server that was not tried yet, or nothing, and whether there may be more after it. When all have been tried, one
// that was slow gets what time is left.
func (p *plan) next(ctx context.Context) (server string, more bool) {
	for len(p.tried) < maxServers {
		left := p.left()
		canAsk := !p.asked && p.config.isCloud()
		if len(left) > 0 {
			return left[0], len(left) > 1 || canAsk
		}
		if !canAsk {
			break
		}
		p.asked = true
		p.silent = p.config.Regions.ask(ctx, p.config)
	}
	server, p.slow = p.slow, ""
	return server, false
}

func (p *plan) left() (left []string) {
	for _, server := range p.config.Regions.servers(p.config) {
		if !p.tried[server] {
			left = append(left, server)
		}
	}
	return left
}

// sentOn reports whether the first message of a server says where else to go, and that can be tried.
func (p *plan) sentOn(first *livekit.SignalResponse) bool {
	switch m := first.GetMessage().(type) {
	case *livekit.SignalResponse_Join:
		if m.Join.GetAlternativeUrl() == "" || m.Join.GetParticipant() != nil {
			return false
		}
		p.config.Regions.tell([]string{m.Join.GetAlternativeUrl()})
	case *livekit.SignalResponse_Leave: // Receive has told the regions
		if m.Leave.GetRegions() == nil || m.Leave.GetAction() == livekit.LeaveRequest_DISCONNECT || p.config.Resume != "" {
			return false
		}
	default:
		return false
	}
	for _, server := range p.config.Regions.toldTo(p.config) {
		if !p.tried[server] && len(p.tried) < maxServers {
			return true
		}
	}
	return false
}

func (p *plan) failed(server string, err error) {
	if p.slow == "" && errors.Is(err, errSlow) {
		p.slow = server
	}
	p.tried[server], p.err = true, err
	p.config.Regions.failed(server)
}

// failure says why no server lets us in.
func (p *plan) failure() error {
	err := cmp.Or(p.err, errors.New("there is no server to connect to"))
	if len(p.tried) > 1 {
		err = fmt.Errorf("none of %d servers lets us in, the last one because: %w", len(p.tried), err)
	}
	if p.silent != nil {
		err = fmt.Errorf("%w; LiveKit Cloud does not say which other regions there are: %v", err, p.silent) //nolint:errorlint // the first error is what counts
	}
	return err
}
