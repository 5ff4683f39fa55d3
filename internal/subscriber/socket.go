package subscriber

import (
	"encoding/binary"
	"net"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// batchSize is how many packets are taken from the kernel at once.
	batchSize = 16
	// maxDatagram is what one may have. LiveKit's are at most 1500 bytes.
	maxDatagram = 2048
)

// socket is a UDP socket that is read by one goroutine, several packets at once.
//
// The system call is made without telling Go's scheduler, which it need not know of: it never waits. Go's own reads tell it, and
// the first one after each idle time wakes the runtime's monitor thread, which then sleeps and wakes several times more until all
// is idle again. That was three of four thread switches, and a fifth of the processor time.
type socket struct {
	*net.UDPConn
	direct  *direct
	raw     syscall.RawConn
	receive func(fd uintptr) (done bool)

	count, at int // of the packets that have been read, and the next of them
	errno     syscall.Errno
	headers   [batchSize]message
	vectors   [batchSize]unix.Iovec
	from      [batchSize]unix.RawSockaddrInet6 // has room for both
	data      [batchSize][maxDatagram]byte
	scratch   [maxDatagram]byte
}

// message is struct mmsghdr.
type message struct {
	header unix.Msghdr
	length uint32
}

func newSocket(conn *net.UDPConn, direct *direct) (*socket, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &socket{UDPConn: conn, direct: direct, raw: raw}
	for i := range s.headers {
		s.vectors[i].Base = &s.data[i][0]
		s.vectors[i].SetLen(maxDatagram)
		h := &s.headers[i].header
		h.Name = (*byte)(unsafe.Pointer(&s.from[i]))
		h.Iov = &s.vectors[i]
		h.SetIovlen(1)
	}
	s.receive = s.receiveNow
	return s, nil
}

// receiveNow takes what the kernel has. It reports false when that is nothing.
func (s *socket) receiveNow(fd uintptr) (done bool) {
	for i := range s.headers {
		s.headers[i].header.Namelen = uint32(unsafe.Sizeof(s.from[i]))
	}
	for {
		n, _, errno := syscall.RawSyscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&s.headers)), batchSize,
			unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
			s.count, s.at, s.errno = int(n), 0, 0
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false
		default:
			s.count, s.errno = 0, errno
		}
		return true
	}
}

// ReadFromAddrPort implements ice.AddrPortReaderWriter. It waits as a read of the socket does. Most RTP never leaves here.
func (s *socket) ReadFromAddrPort(p []byte) (int, netip.AddrPort, error) {
	for {
		for s.at >= s.count {
			if err := s.raw.Read(s.receive); err != nil {
				return 0, netip.AddrPort{}, err
			}
			if s.errno != 0 {
				return 0, netip.AddrPort{}, s.errno
			}
		}
		i := s.at
		s.at++
		packet := s.data[i][:min(s.headers[i].length, maxDatagram)]
		if !s.direct.take(packet, s.scratch[:]) {
			return copy(p, packet), addressOf(&s.from[i]), nil
		}
	}
}

// WriteToAddrPort implements ice.AddrPortReaderWriter.
func (s *socket) WriteToAddrPort(p []byte, to netip.AddrPort) (int, error) {
	return s.WriteToUDPAddrPort(p, to)
}

// addressOf reads what the kernel has written.
func addressOf(from *unix.RawSockaddrInet6) netip.AddrPort {
	switch from.Family {
	case unix.AF_INET:
		four := (*unix.RawSockaddrInet4)(unsafe.Pointer(from))
		return netip.AddrPortFrom(netip.AddrFrom4(four.Addr), port(&four.Port))
	case unix.AF_INET6:
		address := netip.AddrFrom16(from.Addr)
		if from.Scope_id != 0 && !address.Is4In6() {
			address = address.WithZone(zone(int(from.Scope_id)))
		}
		return netip.AddrPortFrom(address.Unmap(), port(&from.Port))
	}
	return netip.AddrPort{}
}

// port reads a port, which is in the order of the network.
func port(p *uint16) uint16 {
	return binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(p))[:])
}

// zone names a network interface.
func zone(index int) string {
	i, err := net.InterfaceByIndex(index)
	if err != nil {
		return ""
	}
	return i.Name
}
