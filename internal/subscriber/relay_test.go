package subscriber

import (
	"errors"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testauthority"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testrelay"
)

func mustRelay(t *testing.T, by *testauthority.Authority) *testrelay.Relay {
	t.Helper()
	tls, err := by.Server("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	relay, err := testrelay.Start(tls)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(relay.Close)
	return relay
}

// through is a server whose clients can go through one port of a relay, and over TCP without it.
func through(port int, protocol string) devserver.Options {
	return devserver.Options{TCPMedia: true, Relays: []devserver.Relay{{
		Host: "127.0.0.1", Port: port, Protocol: protocol, Username: testrelay.Username, Credential: testrelay.Password,
	}}}
}

func TestReceivesThroughARelayAlone(t *testing.T) {
	t.Parallel()
	relay := mustRelay(t, authority)
	for name, options := range map[string]devserver.Options{
		"UDP":              through(relay.UDPPort, "udp"),
		"TCP":              through(relay.TCPPort, "tcp"),
		"TLS":              through(relay.TLSPort, "tls"),
		"the server's own": {OwnRelay: true, TCPMedia: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustStart(t, options)
			mustPublish(t, s, testpublisher.VP8)
			c := config(t, s)
			c.RelayOnly = true
			r := mustJoin(t, c)
			mustRead(t, mustSubscribe(t, r), 50)
			if path := r.Path().String(); !strings.Contains(path, "relay") {
				t.Errorf("media comes through %s", path)
			}
		})
	}
}

func TestARelayIsNotUsedWhenThereIsAnotherWay(t *testing.T) {
	t.Parallel()
	s := mustStart(t, through(mustRelay(t, authority).UDPPort, "udp"))
	mustPublish(t, s, testpublisher.VP8)
	r := mustJoin(t, config(t, s))
	mustRead(t, mustSubscribe(t, r), 50)
	if path := r.Path().String(); strings.Contains(path, "relay") {
		t.Errorf("media comes through %s", path)
	}
}

// TestARelayThatDoesNotTakeUsIsNamed, at once where there is no other way.
func TestARelayThatDoesNotTakeUsIsNamed(t *testing.T) {
	t.Parallel()
	relay := mustRelay(t, authority)
	wrong := through(relay.UDPPort, "udp")
	wrong.Relays[0].Credential = "closesame"
	stranger, err := testauthority.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		options devserver.Options
		part    string
	}{
		"wrong password":  {wrong, "refuses the name and password"},
		"nobody there":    {through(1, "tcp"), "refused"},
		"not trusted":     {through(mustRelay(t, stranger).TLSPort, "tls"), "certificate"},
		"no relay at all": {devserver.Options{}, "none that the LiveKit server names"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t, mustStart(t, test.options))
			c.RelayOnly = true
			r := mustJoin(t, c)
			select {
			case <-r.Done():
			case <-roomtest.Patient(t).Done():
				t.Fatal("it goes on")
			}
			err := r.Err()
			if !errors.Is(err, ErrMedia) || !strings.Contains(err.Error(), test.part) || strings.Contains(err.Error(), "closesame") {
				t.Errorf("ended with %v", err)
			}
		})
	}
}
