package subscriber

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// TestLeavingDoesNotWaitForAResolver is not parallel to others: it replaces the process's resolver by one that never answers.
func TestLeavingDoesNotWaitForAResolver(t *testing.T) {
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	asked := make(chan struct{}, 100)
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		asked <- struct{}{}
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}}
	n, err := newNetwork(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, resolve := range map[string]func() error{
		"udp": func() error {
			_, err := n.ResolveUDPAddr("udp4", "stun.example.com:3478")
			return err
		},
		"tcp": func() error {
			_, err := n.ResolveTCPAddr("tcp6", "turn.example.com:443")
			return err
		},
	} {
		ended := make(chan error, 1)
		go func() { ended <- resolve() }()
		mustCome(t, asked)
		n.cancel()
		select {
		case err := <-ended:
			if err == nil {
				t.Errorf("%s: the name is known", name)
			}
		case <-roomtest.Patient(t).Done():
			t.Fatalf("%s: it goes on", name)
		}
		n.ctx, n.cancel = context.WithCancel(context.Background())
	}
	n.cancel()
	if _, err := n.DialTCP("tcp4", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}); !errors.Is(err, context.Canceled) {
		t.Errorf("dialling gives %v", err)
	}
}

func TestAddressesAreOfTheFamilyThatIsAskedFor(t *testing.T) {
	t.Parallel()
	n, err := newNetwork(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer n.cancel()
	for address, networks := range map[string]map[string]string{
		"127.0.0.1:80": {"udp4": "127.0.0.1:80", "udp": "127.0.0.1:80", "udp6": ""},
		"[::1]:80":     {"udp6": "[::1]:80", "udp": "[::1]:80", "udp4": ""},
		"nonsense":     {"udp": ""},
	} {
		for network, want := range networks {
			got, err := n.ResolveUDPAddr(network, address)
			if (err == nil) != (want != "") || err == nil && got.String() != want {
				t.Errorf("%s of %s: got %v, %v", network, address, got, err)
			}
		}
	}
}
