package room

import (
	"net"
	"net/netip"

	"github.com/pion/webrtc/v4"
)

// isOurs reports whether an address belongs to an interface of this machine that is up. Packets to any other address
// never arrive, and neither do those on an interface without a carrier.
func isOurs(address netip.Addr) bool {
	links, err := net.Interfaces()
	if err != nil {
		return true // unknown: a dead path shows by its silence
	}
	for _, link := range links {
		addresses, err := link.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			prefix, is := a.(*net.IPNet)
			if !is {
				continue
			}
			if ip, ok := netip.AddrFromSlice(prefix.IP); ok && ip.Unmap() == address.Unmap().WithZone("") {
				return link.Flags&net.FlagUp != 0 && link.Flags&net.FlagRunning != 0
			}
		}
	}
	return false
}

// hasRoute reports whether the kernel would send a packet of UDP from one address to the other. It sends nothing.
func hasRoute(from, to netip.AddrPort) bool {
	conn, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(from), net.UDPAddrFromAddrPort(to))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// endsOf returns the two addresses of the path that media takes. ok is false if there is none, or if our address does
// not belong to this machine: a TURN server's address stays valid whatever happens to ours.
func endsOf(pair *webrtc.ICECandidatePair) (from, to netip.AddrPort, ok bool) {
	if pair == nil || pair.Local == nil || pair.Remote == nil {
		return from, to, false
	}
	local := pair.Local.Address
	if pair.Local.Typ != webrtc.ICECandidateTypeHost {
		local = pair.Local.RelatedAddress
	}
	near, err := netip.ParseAddr(local)
	if err != nil || near.IsUnspecified() || near.IsLoopback() {
		return from, to, false
	}
	far, err := netip.ParseAddr(pair.Remote.Address)
	if err != nil {
		return from, to, false
	}
	return netip.AddrPortFrom(near, 0), netip.AddrPortFrom(far, pair.Remote.Port), true
}
