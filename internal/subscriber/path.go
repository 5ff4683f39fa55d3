package subscriber

import (
	"net"
	"net/netip"

	"github.com/pion/webrtc/v4"
)

// Arrivals counts what has come on the way that media takes now.
type Arrivals struct {
	Path      string // is another one when ICE has chosen another way
	Packets   uint64 // of media, of control, and of DTLS
	Bytes     uint64 // of these
	Responses uint64 // of STUN
}

// Arrivals returns what has come. ok is false while there is no way for media. On another path it begins anew, but for RTP that
// was decrypted at the socket.
func (r *Room) Arrivals() (a Arrivals, ok bool) {
	p := r.current().peer
	stats, ok := p.transport().GetSelectedCandidatePairStats()
	if !ok {
		return Arrivals{}, false
	}
	a = Arrivals{
		Path: stats.ID, Packets: uint64(stats.PacketsReceived), Bytes: stats.BytesReceived, Responses: stats.ResponsesReceived,
	}
	if d := p.direct.context.Load(); d != nil {
		a.Packets += d.packets.Load()
		a.Bytes += d.bytes.Load()
	}
	return a, true
}

// Path returns the way that media takes, nil while there is none.
func (r *Room) Path() *webrtc.ICECandidatePair {
	pair, err := r.current().peer.transport().GetSelectedCandidatePair()
	if err != nil {
		return nil
	}
	return pair
}

// LocalAddr returns our end of signalling, or of the connection to a proxy. It is not valid if that is unknown.
func (r *Room) LocalAddr() netip.Addr {
	r.mu.Lock()
	conn := r.session.conn
	r.mu.Unlock()
	if tcp, is := conn.LocalAddr().(*net.TCPAddr); is {
		return tcp.AddrPort().Addr()
	}
	return netip.Addr{}
}
