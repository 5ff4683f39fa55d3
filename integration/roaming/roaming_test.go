package roaming

import (
	"testing"
	"time"
)

const (
	// back is how soon the picture has to be there again.
	back = 3 * time.Second
	// settled is as many pictures as it takes until nothing of joining is still going on.
	settled = 30
	// enough is more pictures than can be on their way when something happens.
	enough = 60
)

func TestPictureIsBackAfterOurAddressHasChanged(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.gapAfter(time.Now(), settled)
	n.up(mobile)

	n.down(wifi)
	took := r.gapAfter(time.Now(), enough)
	t.Logf("no picture for %v", took)
	if took > back {
		t.Errorf("no picture for %v", took)
	}
}

func TestPictureIsBackWhenANewNetworkComesLater(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.gapAfter(time.Now(), settled)

	n.down(wifi)
	r.state("reconnecting", 1)
	n.up(mobile)
	took := r.gapAfter(time.Now(), enough)
	t.Logf("no picture for %v", took)
	if took > back {
		t.Errorf("no picture for %v", took)
	}
}

func TestPictureIsBackAfterThePathHasDied(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.gapAfter(time.Now(), settled)
	n.up(mobile)

	n.unroute(wifi)
	n.cut(wifi)
	took := r.gapAfter(time.Now(), enough)
	n.mend(wifi)
	t.Logf("no picture for %v", took)
	if took > back {
		t.Errorf("no picture for %v", took)
	}
}

func TestAnOutageIsSatOut(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.gapAfter(time.Now(), settled)
	n.up(mobile)
	for _, outage := range []time.Duration{300 * time.Millisecond, 5 * time.Second} {
		n.cut(wifi)
		n.cut(mobile)
		<-time.After(outage)
		n.mend(mobile)
		n.mend(wifi)
		took := r.gapAfter(time.Now(), enough)
		t.Logf("after %v: no picture for %v", outage, took)
		if took > time.Second {
			t.Errorf("after %v: no picture for %v", outage, took)
		}
	}
	if n := r.reconnects(); n != 0 {
		t.Errorf("%d reconnects", n)
	}
}
