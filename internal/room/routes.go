package room

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// routeGroups are what the kernel is asked to tell: links, addresses and routes (rtnetlink(7)).
const routeGroups = unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR |
	unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_ROUTE

// routeWatch says that something about this machine's network has changed. What, is for others to find out: most of it is
// nobody's business. There is one for the process, which costs nothing while nothing changes.
type routeWatch struct {
	changed broadcast
	socket  *os.File
	done    chan struct{}
}

var routes struct {
	mu    sync.Mutex
	users int
	watch *routeWatch
}

// watchRoutes starts to watch, or joins those who do already, until leave is called.
func watchRoutes() (w *routeWatch, leave func(), err error) {
	routes.mu.Lock()
	defer routes.mu.Unlock()
	if routes.users == 0 {
		if routes.watch, err = startRouteWatch(); err != nil {
			return nil, nil, err
		}
	}
	routes.users++
	return routes.watch, leaveRoutes, nil
}

func leaveRoutes() {
	routes.mu.Lock()
	defer routes.mu.Unlock()
	if routes.users--; routes.users == 0 {
		_ = routes.watch.socket.Close() // wakes its reader
		<-routes.watch.done
		routes.watch = nil
	}
}

func startRouteWatch() (*routeWatch, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("watch the network: open netlink: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: routeGroups}); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("watch the network: bind netlink: %w", err)
	}
	w := &routeWatch{socket: os.NewFile(uintptr(fd), "netlink"), done: make(chan struct{})}
	go w.run()
	return w, nil
}

func (w *routeWatch) run() {
	defer close(w.done)
	// Nobody reads what it says, so it may be cut short.
	message := make([]byte, 64)
	for {
		_, err := w.socket.Read(message)
		if err != nil && !errors.Is(err, unix.ENOBUFS) { // too much at once for the kernel to keep is a change too
			return
		}
		w.changed.fire()
	}
}
