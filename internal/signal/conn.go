package signal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

const (
	// maxMessage is what a message of the server may have: the participants of a room come in one, each with its metadata.
	maxMessage = 16 << 20
	// sendTimeout is for one message to be taken by the kernel. A connection whose buffers stay full for that long is dead.
	sendTimeout = 5 * time.Second
	// maxNoise is how many messages in a row may be none.
	maxNoise = 100
)

// Conn is one connection for signalling. Receive is for one goroutine at a time; all else may be called from any.
type Conn struct {
	// One reports whether the server has one peer connection for us, in which we offer. Otherwise it has one for what we send, and
	// offers in another.
	One bool

	socket  *websocket.Conn
	owner   guard.Owner
	regions *Regions
	work    sync.WaitGroup // the goroutine that pings
	closed  chan struct{}
	once    sync.Once

	sending sync.Mutex
	timeout atomic.Int64 // ns within which the server has to give a sign of life; 0 is for ever
	trip    atomic.Int64 // ns there and back, by the last ping that was answered
}

func newConn(socket *websocket.Conn, regions *Regions, owner guard.Owner) *Conn {
	socket.SetReadLimit(maxMessage)
	return &Conn{socket: socket, owner: owner, regions: regions, closed: make(chan struct{})}
}

// Receive returns the next message of the server. Its Message is nil for a kind that this version does not know. It returns
// io.EOF when the server has ended the connection in order, net.ErrClosed after Close, and a net.Error with Timeout true when
// the server has given no sign of life in time.
func (c *Conn) Receive() (*livekit.SignalResponse, error) {
	for noise := 0; noise < maxNoise; {
		if timeout := c.timeout.Load(); timeout > 0 {
			if err := c.socket.SetReadDeadline(time.Now().Add(time.Duration(timeout))); err != nil {
				return nil, c.ended(err)
			}
		}
		kind, data, err := c.socket.ReadMessage()
		if err != nil {
			return nil, c.ended(err)
		}
		response, err := decode(kind, data)
		if err != nil {
			noise++
			continue
		}
		if c.isAnswer(response) {
			noise = 0
			continue
		}
		if regions := response.GetLeave().GetRegions(); regions != nil {
			c.regions.tell(urlsOf(regions))
		}
		return response, nil
	}
	return nil, errors.New("the server sends what is no signalling message: is it a LiveKit server?")
}

// receiveWithin is Receive until ctx ends, after which the connection is of no use.
func (c *Conn) receiveWithin(ctx context.Context) (*livekit.SignalResponse, error) {
	defer context.AfterFunc(ctx, guard.Func("signal: give up", c.owner, func() { _ = c.socket.Close() }))()
	response, err := c.Receive()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return response, err
}

// ended says why nothing can be received any more.
func (c *Conn) ended(err error) error {
	select {
	case <-c.closed:
		return net.ErrClosed
	default:
	}
	if websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
		return io.EOF
	}
	return fmt.Errorf("receive from the server: %w", err)
}

// Send sends a message. It returns when the kernel has it, or when the connection is found dead.
func (c *Conn) Send(request *livekit.SignalRequest) error {
	data, err := proto.Marshal(request)
	if err != nil {
		return fmt.Errorf("write a message to the server: %w", err)
	}
	c.sending.Lock()
	defer c.sending.Unlock()
	if err := c.socket.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return fmt.Errorf("send to the server: %w", err)
	}
	if err := c.socket.WriteMessage(websocket.BinaryMessage, data); err != nil {
		return fmt.Errorf("send to the server: %w", err)
	}
	return nil
}

// LocalAddr is our end of the connection, or that of the connection to a proxy.
func (c *Conn) LocalAddr() net.Addr { return c.socket.LocalAddr() }

// Leave tells the server that we go, and closes the connection. It does not wait for a server that does not listen: what the
// kernel cannot take at once is not sent.
func (c *Conn) Leave(reason livekit.DisconnectReason) {
	data, err := proto.Marshal(&livekit.SignalRequest{Message: &livekit.SignalRequest_Leave{
		Leave: &livekit.LeaveRequest{Reason: reason, Action: livekit.LeaveRequest_DISCONNECT},
	}})
	if err == nil && c.sending.TryLock() {
		_ = c.socket.SetWriteDeadline(time.Now().Add(farewell))
		_ = c.socket.WriteMessage(websocket.BinaryMessage, data) // the server finds out by itself
		c.sending.Unlock()
	}
	c.Close()
}

// farewell is for a message that fits into the buffers of any connection that is alive.
const farewell = 20 * time.Millisecond

// Interrupt has Receive return net.ErrClosed, as Close does, and does not wait for anything. Close is still to be called.
func (c *Conn) Interrupt() {
	c.once.Do(func() {
		close(c.closed)
		_ = c.socket.Close()
	})
}

// Close ends the connection, wakes Receive, and returns when its goroutine is gone. It is idempotent.
func (c *Conn) Close() {
	c.Interrupt()
	c.work.Wait()
}
