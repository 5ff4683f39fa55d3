package signal

import (
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// KeepAlive sends a ping at each interval, and has Receive fail when nothing comes from the server for as long as timeout. Zero
// is none of either. It is called once, with what the server asked for when it let us in.
func (c *Conn) KeepAlive(interval, timeout time.Duration) {
	c.timeout.Store(int64(timeout))
	if timeout > 0 {
		_ = c.socket.SetReadDeadline(time.Now().Add(timeout)) // fails on a connection that has ended, which Receive says
	}
	if interval <= 0 {
		return
	}
	guard.Go(&c.work, "signal: ping", c.owner, func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-c.closed:
				return
			case now := <-ticker.C:
				err := c.Send(&livekit.SignalRequest{Message: &livekit.SignalRequest_PingReq{
					PingReq: &livekit.Ping{Timestamp: now.UnixMilli(), Rtt: time.Duration(c.trip.Load()).Milliseconds()},
				}})
				if err != nil {
					_ = c.socket.Close() // Receive says that it has ended
					return
				}
			}
		}
	})
}

// isAnswer takes the answer to a ping.
func (c *Conn) isAnswer(response *livekit.SignalResponse) bool {
	switch message := response.GetMessage().(type) {
	case *livekit.SignalResponse_Pong:
		return true
	case *livekit.SignalResponse_PongResp:
		if trip := time.Since(time.UnixMilli(message.PongResp.GetLastPingTimestamp())); trip > 0 && trip < time.Minute {
			c.trip.Store(int64(trip))
		}
		return true
	}
	return false
}

// RoundTrip is how long the last ping that was answered took there and back, 0 if none was.
func (c *Conn) RoundTrip() time.Duration { return time.Duration(c.trip.Load()) }
