package room

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"time"
)

const (
	// maxBacklog is how much of a subscription may have waited for its first reader. A new one has its first key frame
	// waiting, which saves the wait for another one.
	maxBacklog = 500 * time.Millisecond
	// backlogGap is the time without a packet after which there is no more backlog: what follows is live.
	backlogGap = 5 * time.Millisecond
	// maxBacklogTime bounds the search for such a gap.
	maxBacklogTime = 200 * time.Millisecond
)

// readBacklog delivers what is waiting in a subscription unless it is old. pion keeps the first megabyte of a track that
// nobody reads, which may be a minute of video: whoever begins to read wants the present, and a key frame for it.
func (f *feed) readBacklog(packet []byte) {
	var (
		waiting [][]byte
		first   uint32        // RTP timestamp
		newest  time.Duration // of the RTP timestamps, since the first
		began   = time.Now()
	)
	for time.Since(began) < maxBacklogTime {
		_ = f.remote.SetReadDeadline(time.Now().Add(backlogGap)) // can only fail on a track that has ended
		n, _, err := f.remote.Read(packet)
		if isTimeout(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
			break
		}
		if err != nil || n < rtpHeader {
			continue
		}
		timestamp := binary.BigEndian.Uint32(packet[4:])
		if len(waiting) == 0 {
			first = timestamp
		}
		newest = max(newest, time.Duration(int32(timestamp-first))*time.Second/videoClock)
		waiting = append(waiting, bytes.Clone(packet[:n]))
	}
	_ = f.remote.SetReadDeadline(time.Time{})
	if newest-time.Since(began) > maxBacklog {
		return
	}
	for _, p := range waiting {
		f.deliver(p)
	}
}

const (
	rtpHeader  = 12    // bytes at least (RFC 3550 section 5.1)
	videoClock = 90000 // Hz of RTP timestamps
)
