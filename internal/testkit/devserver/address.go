package devserver

import "net"

// MachineAddress is an address of this machine for Options.MediaAddress, from which every client can receive, or empty if
// there is only loopback. The packets do not leave the machine.
func MachineAddress() string {
	return machineAddress(func(ip net.IP) bool { return ip.To4() != nil })
}

// MachineAddress6 is MachineAddress of IPv6. pion does not use ::1.
func MachineAddress6() string {
	return machineAddress(func(ip net.IP) bool { return ip.To4() == nil })
}

func machineAddress(is func(net.IP) bool) string {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && is(network.IP) && network.IP.IsGlobalUnicast() {
			return network.IP.String()
		}
	}
	return ""
}
