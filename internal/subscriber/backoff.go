package subscriber

import (
	"errors"
	"math/rand/v2"
	"syscall"
	"time"
)

// How the server is tried again.
const (
	firstPause = 300 * time.Millisecond
	maxPause   = 5 * time.Second
	// maxAbsentPause is the longest pause while nobody listens there: such a try costs nobody anything, and the server is back
	// at once when it is back.
	maxAbsentPause = 500 * time.Millisecond
	// attemptTimeout is for one try: the connection, and the server's first message. Config may have a longer one.
	attemptTimeout = 7 * time.Second
	// mediaTimeout is for the media connection to be there again after that. ICE's own limit is 15 s.
	mediaTimeout = 10 * time.Second
	// reasonTimeout is for the server to say why it has closed the media connection.
	reasonTimeout = time.Second
	// reconnectLimit is for all tries together.
	reconnectLimit = 2 * time.Minute
	// stableTime is how long a connection has to last for the next try to be the first one again. A server that lets us in and
	// drops us is not asked all the time.
	stableTime = 10 * time.Second
)

// backoff counts the tries since a connection lasted.
type backoff struct {
	tries  int
	absent bool // nobody listened at the last one
}

// next returns the pause before the next try: none before the first one. A part of it is by chance, so that not all
// participants of a server come back to it at the same time.
func (b *backoff) next() time.Duration {
	b.tries++
	if b.tries == 1 {
		return 0
	}
	pause := maxPause
	if doublings := b.tries - 2; doublings < 5 {
		pause = min(pause, firstPause<<doublings)
	}
	if b.absent {
		pause = min(pause, maxAbsentPause)
	}
	return pause/2 + rand.N(pause/2+1)
}

// failed tells how a try ended.
func (b *backoff) failed(err error) {
	b.absent = false
	for _, errno := range []syscall.Errno{syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ENETDOWN} {
		if errors.Is(err, errno) {
			b.absent = true
		}
	}
}
