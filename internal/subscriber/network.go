package subscriber

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
)

// network is the machine's network as pion sees it.
type network struct {
	*stdnet.Net // knows the interfaces that there were when it was made
	direct      *direct
	ctx         context.Context // ends when the peer connection is closed
	cancel      context.CancelFunc
	now         atomic.Pointer[stdnet.Net] // the same, made when somebody last looked
}

func newNetwork(direct *direct) (*network, error) {
	all, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	n := &network{Net: all, direct: direct}
	n.ctx, n.cancel = context.WithCancel(context.Background())
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

// ResolveUDPAddr implements transport.Net. Unlike that of package net, it does not outlast the peer connection, whose end waits for
// it: a resolver may take 10 s to say that it does not know the name of a STUN server.
func (n *network) ResolveUDPAddr(network, address string) (*net.UDPAddr, error) {
	at, err := n.resolve(network, address)
	if err != nil {
		return nil, err
	}
	return net.UDPAddrFromAddrPort(at), nil
}

// ResolveTCPAddr implements transport.Net, likewise.
func (n *network) ResolveTCPAddr(network, address string) (*net.TCPAddr, error) {
	at, err := n.resolve(network, address)
	if err != nil {
		return nil, err
	}
	return net.TCPAddrFromAddrPort(at), nil
}

// resolve looks up the address of a host and port, of the family that the name of a network ends with, as in "udp4".
func (n *network) resolve(network, address string) (netip.AddrPort, error) {
	host, name, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	port, err := net.DefaultResolver.LookupPort(n.ctx, network, name)
	if err != nil {
		return netip.AddrPort{}, err
	}
	family := "ip"
	if last := len(network) - 1; last >= 0 && (network[last] == '4' || network[last] == '6') {
		family += network[last:]
	}
	all, err := net.DefaultResolver.LookupNetIP(n.ctx, family, host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return netip.AddrPortFrom(all[0].Unmap(), uint16(port)), nil
}

// DialTCP implements transport.Net. It does not outlast the peer connection either.
func (n *network) DialTCP(network string, from, to *net.TCPAddr) (transport.TCPConn, error) {
	var dialer net.Dialer
	if from != nil {
		dialer.LocalAddr = from
	}
	conn, err := dialer.DialContext(n.ctx, network, to.String())
	if err != nil {
		return nil, err
	}
	tcp, is := conn.(*net.TCPConn)
	if !is {
		return nil, errors.Join(errors.ErrUnsupported, conn.Close())
	}
	return tcp, nil
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

// receiveBuffer is for the key frames of 64 tracks at once, which come when an element joins: with 2 MiB, the kernel dropped 105 of
// their packets. It uses as much memory as packets wait.
const receiveBuffer = 8 << 20
