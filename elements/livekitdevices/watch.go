package livekitdevices

import (
	"context"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// shelf is where the devices are. Its methods are called by one goroutine at a time, and not after the watch was stopped.
type shelf interface {
	add(t track)
	change(t track) // the one with the same SID
	remove(sid string)
}

// watch follows the tracks of a room until it is stopped.
type watch struct {
	config  room.Config
	shelf   shelf
	known   map[string]track // by SID
	cancel  context.CancelFunc
	running sync.WaitGroup
	listed  chan struct{} // closed when all tracks were added that are there at first, or the room cannot be joined
}

// startWatch returns at once. A room that cannot be joined, or that is over, is a warning to config.Logger.
func startWatch(config room.Config, shelf shelf) *watch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watch{config: config, shelf: shelf, known: map[string]track{}, cancel: cancel, listed: make(chan struct{})}
	listed := sync.OnceFunc(func() { close(w.listed) })
	guard.Go(&w.running, "devices: watch", w, func() { w.run(ctx, listed) }, listed)
	return w
}

// await waits for the first list, but not longer than a limit.
func (w *watch) await(limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-w.listed:
	case <-timer.C:
	}
}

// stop leaves the room and waits until nothing of the watch is left. It can be called again.
func (w *watch) stop() {
	w.cancel()
	w.running.Wait()
}

// Panicked implements guard.Owner.
func (w *watch) Panicked(err *guard.Error) {
	w.config.Logger.Error(err.Error(), "stack", string(err.Stack))
}

func (w *watch) run(ctx context.Context, listed func()) {
	// With a token, the room knows one participant by its identity: the elements of this process have to share the connection.
	connection, err := room.Share(ctx, w.config)
	if err == nil {
		defer connection.Close()
		connection.ServeNone()
		err = connection.Ready(ctx, nil)
	}
	if err != nil {
		if ctx.Err() == nil {
			w.config.Logger.Warn("the devices of room " + w.config.Room + " are not listed: " + err.Error())
		}
		return
	}
	for {
		changed := connection.Changed()
		view, err := connection.Look()
		if err != nil {
			w.update(nil)
			w.config.Logger.Warn("the devices of room " + w.config.Room + " are no longer listed: " + err.Error())
			return
		}
		if view.Session != "" { // else it reconnects, and the devices stay meanwhile
			w.update(view.Offers)
			listed()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// update makes the shelf hold a device for each of these tracks.
func (w *watch) update(offers []room.Offer) {
	present := make(map[string]track, len(offers))
	for _, o := range offers {
		present[o.SID] = newTrack(w.config.Room, o)
	}
	for sid := range w.known {
		if _, still := present[sid]; !still {
			w.shelf.remove(sid)
		}
	}
	for sid, now := range present {
		before, known := w.known[sid]
		switch {
		case !known:
			w.shelf.add(now)
		case now != before:
			w.shelf.change(now)
		}
	}
	w.known = present
}
