package subscriber

import (
	"net"
	"sync/atomic"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
)

// network is the machine's network as pion sees it.
type network struct {
	*stdnet.Net // knows the interfaces that there were when it was made
	direct      *direct
	now         atomic.Pointer[stdnet.Net] // the same, made when somebody last looked
}

func newNetwork(direct *direct) (*network, error) {
	all, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	n := &network{Net: all, direct: direct}
	n.now.Store(all)
	return n, nil
}

// look has candidates be gathered from the interfaces that there are now. pion may be reading the list.
func (n *network) look() error {
	all, err := stdnet.NewNet()
	if err == nil {
		n.now.Store(all)
	}
	return err
}

// Interfaces implements transport.Net.
func (n *network) Interfaces() ([]*transport.Interface, error) { return n.now.Load().Interfaces() }

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
