package room

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/gst-livekit/gst-livekit/internal/broadcast"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// routeGroups are the kernel's notifications to receive: links, addresses and routes (rtnetlink(7)).
const routeGroups = unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR |
	unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_ROUTE

// routeWatch notifies its owners when anything about this machine's network has changed. They have to find out what it
// is; most changes do not matter to them. There is one for the process, which costs nothing while nothing changes.
type routeWatch struct {
	changed broadcast.Broadcast
	socket  *os.File
	reading sync.WaitGroup

	mu     sync.Mutex
	owners map[guard.Owner]bool // the owners that watch
}

var routes struct {
	mu    sync.Mutex
	watch *routeWatch // nil while nobody watches
}

// watchRoutes starts to watch for owner, or joins a watch that exists. Each owner calls leave once.
func watchRoutes(owner guard.Owner) (w *routeWatch, leave func(), err error) {
	routes.mu.Lock()
	defer routes.mu.Unlock()
	isNew := routes.watch == nil
	if isNew {
		if routes.watch, err = openRouteWatch(); err != nil {
			return nil, nil, err
		}
	}
	w = routes.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	w.owners[owner] = true
	if isNew {
		guard.Go(&w.reading, "room: routes", w, w.run)
	}
	return w, func() { leaveRoutes(w, owner) }, nil
}

func leaveRoutes(w *routeWatch, owner guard.Owner) {
	routes.mu.Lock()
	w.mu.Lock()
	delete(w.owners, owner)
	last := len(w.owners) == 0
	w.mu.Unlock()
	if last {
		routes.watch = nil
	}
	routes.mu.Unlock()
	if last {
		_ = w.socket.Close() // wakes its reader
		w.reading.Wait()
	}
}

// Panicked implements guard.Owner: its owners would not be notified of changes, so they get the error.
func (w *routeWatch) Panicked(err *guard.Error) {
	w.mu.Lock()
	owners := slices.Collect(maps.Keys(w.owners))
	w.mu.Unlock()
	for _, owner := range owners {
		owner.Panicked(err)
	}
}

func openRouteWatch() (*routeWatch, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("watch the network: open netlink: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: routeGroups}); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("watch the network: bind netlink: %w", err)
	}
	return &routeWatch{socket: os.NewFile(uintptr(fd), "netlink"), owners: make(map[guard.Owner]bool)}, nil
}

func (w *routeWatch) run() {
	// The content is not used, so it may be truncated.
	message := make([]byte, 64)
	for {
		_, err := w.socket.Read(message)
		if err != nil && !errors.Is(err, unix.ENOBUFS) { // messages that the kernel dropped are a change, too
			return
		}
		w.changed.Fire()
	}
}
