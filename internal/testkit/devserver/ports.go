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
}

// choosePorts fills in free ports of an address where want has 0. They were free a moment ago: the caller tries again when
// somebody else took one in between. One for media over TCP is found if that is wanted.
func choosePorts(address string, want ports, tcpMedia bool) (ports, error) {
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
	if want.udp == 0 {
		conn, err := net.ListenPacket("udp", net.JoinHostPort(address, "0"))
		if err != nil {
			return ports{}, fmt.Errorf("find a free UDP port: %w", err)
		}
		defer conn.Close()
		want.udp = conn.LocalAddr().(*net.UDPAddr).Port
	}
	return want, nil
}
