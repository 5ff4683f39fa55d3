package launch

import (
	"bytes"
	"sync"
	"time"
)

// output collects what a process writes, and tells who waits for more.
type output struct {
	mu       sync.Mutex
	data     bytes.Buffer
	arrivals []arrival
	more     chan struct{} // closed at the next Write
}

// arrival is how much had come at a moment.
type arrival struct {
	bytes int
	at    time.Time
}

func newOutput() *output { return &output{more: make(chan struct{})} }

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.more)
	o.more = make(chan struct{})
	n, err := o.data.Write(b)
	o.arrivals = append(o.arrivals, arrival{o.data.Len(), time.Now()})
	return n, err
}

// look returns all that was written so far, which is not to be changed, and a channel that is closed when there is more.
func (o *output) look() ([]byte, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.data.Bytes(), o.more
}

// complete is when the first n bytes were there. They are.
func (o *output) complete(n int) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, a := range o.arrivals {
		if a.bytes >= n {
			return a.at
		}
	}
	return time.Time{}
}
