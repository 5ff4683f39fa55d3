package livekitsrc

import (
	"os"
	"runtime"
	"sync"
)

// tracksPerProcessor is how many elements share one processor. A track of 2 Mbit/s
// takes 1 to 2 percent of one.
const tracksPerProcessor = 16

// processors is how many threads run Go code at once when the Go runtime is the
// plugin's own. A packet passes through half a dozen goroutines; with idle processors
// Go wakes a thread for each, and the waking costs more than the work.
type processors struct {
	mu      sync.Mutex
	most    int // 0 while the runtime is somebody else's
	running int
}

var ownProcessors processors

// OwnRuntime says that the Go runtime serves nothing but elements of this package, as
// in the plugin, so that its GOMAXPROCS may follow their number: docs/adr/0011 has what
// that saves. A value that the user put into the environment stays.
func OwnRuntime() {
	if os.Getenv("GOMAXPROCS") == "" {
		ownProcessors.own(runtime.GOMAXPROCS(0))
	}
}

func (p *processors) own(most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.most = most
	p.adapt()
}

// started and stopped count the elements that run.
func (p *processors) started() { p.add(1) }

func (p *processors) stopped() { p.add(-1) }

func (p *processors) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running += n
	p.adapt()
}

func (p *processors) adapt() {
	if p.most == 0 {
		return
	}
	// Changing it stops all Go code for a moment.
	if n := p.needed(); n != runtime.GOMAXPROCS(0) {
		runtime.GOMAXPROCS(n)
	}
}

func (p *processors) needed() int {
	return min(p.most, 1+max(0, p.running-1)/tracksPerProcessor)
}
