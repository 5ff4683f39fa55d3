package base

import (
	"os"
	"runtime"
	"sync"
	"time"
)

const (
	// packetsPerProcessor is how many packets a second one processor takes care of, which is less than it can: one that has
	// too much to do receives fewer, and would never be seen to need help.
	packetsPerProcessor = 4000
	// spare is how many packets a second less than that there have to be before a processor is given up, so that a load
	// at the edge does not change their number each second.
	spare = packetsPerProcessor / 4
)

// processors is how many threads run Go code at once when the Go runtime is the
// plugin's own. A packet passes through half a dozen goroutines; with idle processors
// Go wakes a thread for each, and the waking costs more than the work.
type processors struct {
	mu    sync.Mutex
	most  int // 0 while the runtime is somebody else's
	now   int // that are in use
	loads map[*load]int
}

// loadTime is over how long packets are counted.
const loadTime = time.Second

// load is what one element receives. Its count is for one goroutine.
type load struct {
	of      *processors
	packets uint64    // so far
	counted time.Time // when
}

var ownProcessors processors

// OwnRuntime says that the Go runtime serves nothing but elements of this module, as
// in the plugin, so that its GOMAXPROCS may follow what they receive: docs/adr/0011 has
// what that saves. A value that the user put into the environment stays.
func OwnRuntime() {
	if os.Getenv("GOMAXPROCS") == "" {
		ownProcessors.own(runtime.GOMAXPROCS(0))
	}
}

func (p *processors) own(most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.most, p.now = most, 0
	p.adapt()
}

// add begins to count an element, which receives nothing yet.
func (p *processors) add() *load {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loads == nil {
		p.loads = make(map[*load]int)
	}
	l := &load{of: p, counted: time.Now()}
	p.loads[l] = 0
	return l
}

// count says how many packets the element has received so far.
func (l *load) count(packets uint64) {
	now := time.Now()
	l.set(int(float64(packets-l.packets) / now.Sub(l.counted).Seconds()))
	l.packets, l.counted = packets, now
}

// set says how many packets a second the element receives.
func (l *load) set(packets int) {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	l.of.loads[l] = packets
	l.of.adapt()
}

// remove ends the counting.
func (l *load) remove() {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	delete(l.of.loads, l)
	l.of.adapt()
}

func (p *processors) adapt() {
	if p.most == 0 {
		return
	}
	packets := 0
	for _, n := range p.loads {
		packets += n
	}
	// Changing it stops all Go code for a moment.
	if n := p.needed(packets); n != p.now {
		p.now = n
		runtime.GOMAXPROCS(n)
	}
}

// needed is for so many packets a second.
func (p *processors) needed(packets int) int {
	more := 1 + packets/packetsPerProcessor
	fewer := 1 + (packets+spare)/packetsPerProcessor
	return min(p.most, max(more, min(p.now, fewer)))
}
