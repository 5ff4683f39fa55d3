// Package testrelay is a TURN server (RFC 8656) on loopback, for tests of media that cannot go straight to its receiver.
package testrelay

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
)

const (
	address = "127.0.0.1"
	realm   = "test"
)

// Username and Password are what a Relay wants to be told.
const (
	Username = "receiver"
	Password = "opensesame"
)

// Relay passes media on, for who comes over UDP, TCP and TLS.
type Relay struct {
	// UDPPort, TCPPort and TLSPort are where it listens on 127.0.0.1.
	UDPPort, TCPPort, TLSPort int

	server *turn.Server
}

// Start starts a relay. config has its certificate.
func Start(config *tls.Config) (*Relay, error) {
	r := new(Relay)
	relayed := &turn.RelayAddressGeneratorStatic{RelayAddress: net.ParseIP(address), Address: address}
	packets, err := net.ListenPacket("udp4", net.JoinHostPort(address, "0"))
	if err != nil {
		return nil, fmt.Errorf("listen for TURN over UDP: %w", err)
	}
	r.UDPPort = packets.LocalAddr().(*net.UDPAddr).Port
	var listeners []turn.ListenerConfig
	for _, port := range []*int{&r.TCPPort, &r.TLSPort} {
		listener, err := net.Listen("tcp4", net.JoinHostPort(address, "0"))
		if err != nil {
			return nil, fmt.Errorf("listen for TURN over TCP: %w", err)
		}
		*port = listener.Addr().(*net.TCPAddr).Port
		if port == &r.TLSPort {
			listener = tls.NewListener(listener, config)
		}
		listeners = append(listeners, turn.ListenerConfig{Listener: listener, RelayAddressGenerator: relayed})
	}
	r.server, err = turn.NewServer(turn.ServerConfig{
		Realm:         realm,
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled, Writer: io.Discard},
		AuthHandler: func(who *turn.RequestAttributes) (string, []byte, bool) {
			return who.Username, turn.GenerateAuthKey(who.Username, realm, Password), who.Username == Username
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: packets, RelayAddressGenerator: relayed}},
		ListenerConfigs:   listeners,
	})
	if err != nil {
		return nil, fmt.Errorf("start a TURN server: %w", err)
	}
	return r, nil
}

// Close ends the relay.
func (r *Relay) Close() { _ = r.server.Close() }
