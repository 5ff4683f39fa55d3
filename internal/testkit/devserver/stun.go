package devserver

import (
	"fmt"
	"net"

	"github.com/pion/stun/v4"
)

// stunServer answers binding requests (RFC 8489). The server tells its clients to ask it: with nobody there they
// gather candidates for 5 s, and a session that is resumed meanwhile fails for 15 s.
type stunServer struct {
	conn net.PacketConn
	done chan struct{}
}

func startSTUN(address string) (*stunServer, error) {
	conn, err := net.ListenPacket("udp", net.JoinHostPort(address, "0"))
	if err != nil {
		return nil, fmt.Errorf("listen for STUN: %w", err)
	}
	s := &stunServer{conn: conn, done: make(chan struct{})}
	go s.answer()
	return s, nil
}

func (s *stunServer) address() string { return s.conn.LocalAddr().String() }

func (s *stunServer) close() {
	_ = s.conn.Close()
	<-s.done
}

func (s *stunServer) answer() {
	defer close(s.done)
	for packet := make([]byte, 1500); ; {
		n, from, err := s.conn.ReadFrom(packet)
		if err != nil {
			return
		}
		request := &stun.Message{Raw: packet[:n]}
		address, ok := from.(*net.UDPAddr)
		if request.Decode() != nil || !ok {
			continue
		}
		answer, err := stun.Build(request, stun.BindingSuccess,
			&stun.XORMappedAddress{IP: address.IP, Port: address.Port}, stun.Fingerprint)
		if err == nil {
			_, _ = s.conn.WriteTo(answer.Raw, from)
		}
	}
}
