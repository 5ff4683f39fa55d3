package devserver

import "net"

// MachineAddress is an address of this machine for Options.MediaAddress, from which every client can receive, or empty if
// there is only loopback. The packets do not leave the machine.
func MachineAddress() string {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			return network.IP.String()
		}
	}
	return ""
}
