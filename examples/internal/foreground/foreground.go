// Package foreground is for programs that run in a terminal until Ctrl-C, or until the program that started them ends.
package foreground

import (
	"context"
	"os/signal"
	"syscall"
)

// Context ends at Ctrl-C, at a request to end, when the terminal is closed, and when this program's parent ends. A second
// signal ends the program at once, without the clean-up. The caller calls stop when it has cleaned up.
func Context() (ctx context.Context, stop func()) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	unregister := context.AfterFunc(ctx, cancel)
	ctx, stopWatching := withParent(ctx)
	return ctx, func() {
		stopWatching()
		unregister()
		cancel()
	}
}
