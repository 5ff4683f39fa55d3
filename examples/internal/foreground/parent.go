package foreground

import (
	"context"
	"os"
	"sync"
	"time"
)

const parentInterval = 250 * time.Millisecond

// withParent gives a context that also ends when this program's parent does, as when make is killed. stop ends the
// watching.
func withParent(ctx context.Context) (watched context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	var watcher sync.WaitGroup
	watcher.Go(func() {
		ticker := time.NewTicker(parentInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if os.Getppid() != parent {
					cancel()
				}
			}
		}
	})
	return ctx, func() {
		cancel()
		watcher.Wait()
	}
}
