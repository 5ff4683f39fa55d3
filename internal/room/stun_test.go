package room

import (
	"net"

	"github.com/pion/stun/v4"
)

// startSTUN answers binding requests (RFC 8489) where devserver tells its clients to ask. Without an answer the clients
// gather candidates for 5 s, and a session that is resumed meanwhile fails for 15 s (and pion has a data race then). When
// the port is taken, another run of these tests answers.
func startSTUN() (stop func()) {
	conn, err := net.ListenPacket("udp4", "127.0.0.1:3478")
	if err != nil {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for packet := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(packet)
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
				_, _ = conn.WriteTo(answer.Raw, from)
			}
		}
	}()
	return func() {
		_ = conn.Close()
		<-done
	}
}
