package devserver

import (
	"fmt"
	"net"
)

const loopback = "127.0.0.1"

// Loopback6 is an address for Options.Address, for signalling alone. Media needs MachineAddress6.
const Loopback6 = "::1"

type ports struct {
	tcp, udp int
	tcpMedia int // 0 is none
	udpRelay int // likewise
}

// choosePorts fills in free ports of an address where want has 0. They were free a moment ago: the caller tries again when
// somebody else took one in between. Those for media over TCP and for a relay are found if they are wanted.
func choosePorts(address string, want ports, tcpMedia, relay bool) (ports, error) {
	tcp := []*int{&want.tcp}
	if tcpMedia {
		tcp = append(tcp, &want.tcpMedia)
	}
	for _, port := range tcp {
		if *port != 0 {
			continue
		}
		listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
		if err != nil {
			return ports{}, fmt.Errorf("find a free TCP port: %w", err)
		}
		defer listener.Close()
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	udp := []*int{&want.udp}
	if relay {
		udp = append(udp, &want.udpRelay)
	}
	for _, port := range udp {
		if *port != 0 {
			continue
		}
		conn, err := net.ListenPacket("udp", net.JoinHostPort(address, "0"))
		if err != nil {
			return ports{}, fmt.Errorf("find a free UDP port: %w", err)
		}
		defer conn.Close()
		*port = conn.LocalAddr().(*net.UDPAddr).Port
	}
	return want, nil
}
