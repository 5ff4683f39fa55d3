package room

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// settle waits until the path of c has given n packets more.
func settle(t *testing.T, c *Connection, n uint64) {
	t.Helper()
	tick := time.NewTicker(silenceTick)
	defer tick.Stop()
	ctx := patient(t)
	before, ok := c.sub.Arrivals()
	if !ok {
		t.Fatal("there is no path")
	}
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("nothing comes")
		}
		if now, _ := c.sub.Arrivals(); now.Packets-before.Packets >= n {
			return
		}
	}
}

// countReconnects returns a function that says how often c has begun to reconnect since.
func countReconnects(t *testing.T, c *Connection) func() int {
	t.Helper()
	n := 0
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		last := c.State()
		for {
			changed := c.Changed()
			state := c.State()
			if state == StateReconnecting && last != state {
				n++
			}
			last = state
			select {
			case <-changed:
			case <-stop:
				return
			}
		}
	}()
	return func() int {
		close(stop)
		<-done
		return n
	}
}

// The server's answers go on: about one a second.
func TestAPauseIsNotTakenForADeadPath(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		pause func(p *roomtest.Publisher, sid string)
	}{
		{"muted", func(p *roomtest.Publisher, sid string) { p.Mute(sid, true) }},
		{"sends nothing", func(p *roomtest.Publisher, sid string) { p.Pause(sid) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			alice := roomtest.NewPublisher(t, server, "alice")
			sid := alice.Publish(camera, "")
			c := mustJoin(t, config(t, server))
			mustNext(t, mustSelect(t, c, Criteria{Participant: "alice"}))
			settle(t, c, 100)
			if !c.peers.receiving().answers.Load() {
				t.Fatal("the server does not answer")
			}
			reconnects := countReconnects(t, c)
			test.pause(alice, sid)
			settle(t, c, 50) // of what is on its way or sent in its place
			settle(t, c, 6)
			if n := reconnects(); n != 0 {
				t.Errorf("%d reconnects", n)
			}
		})
	}
}

func TestASilentServerIsNotTakenForADeadPathWhileItStandsStill(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := roomtest.NewPublisher(t, s, "alice")
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, s))
	track := mustNext(t, mustSelect(t, c, Criteria{Participant: "alice"}))
	settle(t, c, 100)
	reconnects := countReconnects(t, c)
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	stillness := time.NewTimer(2 * time.Second)
	defer stillness.Stop()
	<-stillness.C
	if err := s.Thaw(); err != nil {
		t.Fatal(err)
	}
	settle(t, c, 50)
	roomtest.MustRead(t, track)
	if n := reconnects(); n != 0 {
		t.Errorf("%d reconnects", n)
	}
}

func TestWhichAddressesAreOurs(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1": true, "::ffff:127.0.0.1": true, "192.0.2.1": false, "2001:db8::1": false,
	} {
		if got := isOurs(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: got %v", address, got)
		}
	}
	local := netip.MustParseAddrPort("127.0.0.1:0")
	if !hasRoute(local, netip.MustParseAddrPort("127.0.0.2:9")) {
		t.Error("no route to ourselves")
	}
	if hasRoute(netip.MustParseAddrPort("192.0.2.1:0"), netip.MustParseAddrPort("127.0.0.1:9")) {
		t.Error("a route from an address that is not ours")
	}
}

func TestOneWatchOfTheNetworkForAll(t *testing.T) {
	t.Parallel()
	a, leaveA, err := watchRoutes(new(Connection))
	if err != nil {
		t.Fatal(err)
	}
	b, leaveB, err := watchRoutes(new(Connection))
	if err != nil {
		t.Fatal(err)
	}
	if a != b {
		t.Error("there are two")
	}
	leaveA()
	if c, leaveC, err := watchRoutes(new(Connection)); err != nil || c != b {
		t.Errorf("ended while somebody watches (%v)", err)
	} else {
		leaveC()
	}
	leaveB() // goleak tells when it has not ended
}
