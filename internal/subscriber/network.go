package subscriber

import (
	"net"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
)

// network is the machine's network as pion sees it.
type network struct {
	*stdnet.Net // knows the interfaces that there were when it was made, or last told to look
	direct      *direct
}

func newNetwork(direct *direct) (*network, error) {
	all, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	return &network{all, direct}, nil
}

// ListenUDP implements transport.Net.
func (n *network) ListenUDP(name string, address *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := net.ListenUDP(name, address)
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(receiveBuffer) // the kernel gives what its limit allows
	return newSocket(conn, n.direct)
}

// receiveBuffer is for a key frame in 4K on a machine that is busy, or a quarter of a second at 64 Mbit/s.
const receiveBuffer = 2 << 20
