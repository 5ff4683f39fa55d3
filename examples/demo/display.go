package main

import (
	"net"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

const displayTimeout = 2 * time.Second

// x11Display is what $DISPLAY holds: [host]:number[.screen].
var x11Display = regexp.MustCompile(`^(?:unix|(.*)):(\d+)(?:\.\d+)?$`)

// findDisplay returns the display that accepts connections, or "". getenv is os.Getenv, except in tests.
func findDisplay(getenv func(string) string) string {
	if name := getenv("WAYLAND_DISPLAY"); name != "" {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(getenv("XDG_RUNTIME_DIR"), name)
		}
		if filepath.IsAbs(path) && answers("unix", path) {
			return "Wayland display " + name
		}
	}
	if name := getenv("DISPLAY"); name != "" {
		for _, address := range x11Addresses(name) {
			if answers(address.network, address.address) {
				return "X11 display " + name
			}
		}
	}
	return ""
}

type displayAddress struct{ network, address string }

// x11Addresses are the places where an X server of this name may listen, by the conventions of X(7).
func x11Addresses(display string) []displayAddress {
	parts := x11Display.FindStringSubmatch(display)
	if parts == nil {
		return nil
	}
	host := parts[1]
	number, err := strconv.Atoi(parts[2])
	if err != nil {
		return nil
	}
	if host != "" {
		return []displayAddress{{"tcp", net.JoinHostPort(host, strconv.Itoa(6000+number))}}
	}
	path := "/tmp/.X11-unix/X" + strconv.Itoa(number)
	return []displayAddress{{"unix", path}, {"unix", "@" + path}}
}

func answers(network, address string) bool {
	conn, err := net.DialTimeout(network, address, displayTimeout)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
