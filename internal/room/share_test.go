package room

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

func shareReady(ctx context.Context, c Config) (*Lease, error) { return readied(ctx, Share, c) }

func mustShare(t *testing.T, c Config) *Lease {
	t.Helper()
	lease, err := shareReady(patient(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(lease.Close)
	return lease
}

func TestShareGivesOneConnection(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").Publish(camera, "")
	roomtest.NewPublisher(t, server, "bob").Publish(camera, "")
	first := mustShare(t, config(t, server))
	second := mustShare(t, config(t, server))
	if first.Connection != second.Connection {
		t.Error("two connections")
	}
	alice := mustNext(t, mustSelect(t, first.Connection, Criteria{Participant: "alice"}))
	bob := mustNext(t, mustSelect(t, second.Connection, Criteria{Participant: "bob"}))

	first.Close()
	first.Close()
	roomtest.MustRead(t, bob)
	if third := mustShare(t, config(t, server)); third.Connection != second.Connection {
		t.Error("the connection that is in use is not shared")
	}
	roomtest.MustRead(t, alice) // whose selector is still open
}

func TestShareJoinsOnceForAllWhoAsk(t *testing.T) {
	t.Parallel()
	leases := make([]*Lease, 9)
	var asking sync.WaitGroup
	for i := range leases {
		asking.Go(func() { leases[i] = mustShare(t, config(t, server)) })
	}
	asking.Wait()
	for _, lease := range leases {
		if lease.Connection != leases[0].Connection {
			t.Error("two connections")
		}
	}
}

func TestShareKeepsApartWhatDiffers(t *testing.T) {
	t.Parallel()
	one := config(t, server)
	one.Identity = ""
	lease := mustShare(t, one)
	for name, change := range map[string]func(*Config){
		"Room":     func(c *Config) { c.Room += "-2" },
		"Identity": func(c *Config) { c.Identity = "other" },
	} {
		two := one
		change(&two)
		if mustShare(t, two).Connection == lease.Connection {
			t.Errorf("the same connection with another %s", name)
		}
	}
}

func TestShareJoinsAnewAfterTheLastClose(t *testing.T) {
	t.Parallel()
	first := mustShare(t, config(t, server))
	first.Close()
	if first.State() != StateClosed {
		t.Errorf("state %v after the last Close", first.State())
	}
	if second := mustShare(t, config(t, server)); second.Connection == first.Connection {
		t.Error("the connection that was closed")
	}
}

func TestShareJoinsAnewAfterTheConnectionEnded(t *testing.T) {
	t.Parallel()
	first := mustShare(t, config(t, server))
	kicker := mustJoin(t, config(t, server)) // the same identity: the server ends the other one
	<-first.Done()
	kicker.Close()
	second := mustShare(t, config(t, server))
	if second.Connection == first.Connection {
		t.Error("the connection that had ended")
	}
	first.Close()
	if second.State() != StateConnected {
		t.Errorf("state %v after the old lease was closed", second.State())
	}
}

// An attempt goes on for the others when the one who began it gives up.
func TestShareOutlivesWhoBeganIt(t *testing.T) {
	t.Parallel()
	c := config(t, server)
	url, accepted := deafServer(t)
	c.URL = url
	c.ConnectTimeout = shortTimeout
	giveUp, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	second := make(chan error, 1)
	go func() {
		_, err := shareReady(giveUp, c)
		first <- err
	}()
	<-accepted
	go func() {
		_, err := shareReady(patient(t), c)
		second <- err
	}()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who gave up got %v", err)
	}
	var timeout *TimeoutError
	if err := <-second; !errors.As(err, &timeout) {
		t.Errorf("the other got %v, want the end of the attempt", err)
	}
}

func TestShareReturnsWhatIsWrongWithTheSettings(t *testing.T) {
	t.Parallel()
	c := config(t, server)
	c.Room = ""
	var settings *SettingsError
	if _, err := Share(t.Context(), c); !errors.As(err, &settings) {
		t.Errorf("got %v", err)
	}
}
