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
)

func TestPictureIsBackAfterOurAddressHasChanged(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.pictureAfter(time.Time{}, settled)
	n.up(mobile)

	n.down(wifi)
	took := r.pictureAfter(time.Now(), 10)
	t.Logf("picture after %v", took)
	if took > back {
		t.Errorf("picture after %v", took)
	}
}

func TestPictureIsBackWhenANewNetworkComesLater(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.pictureAfter(time.Time{}, settled)

	n.down(wifi)
	r.state("reconnecting", 1)
	n.up(mobile)
	took := r.pictureAfter(time.Now(), 10)
	t.Logf("picture after %v", took)
	if took > back {
		t.Errorf("picture after %v", took)
	}
}

func TestPictureIsBackAfterThePathHasDied(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.pictureAfter(time.Time{}, settled)
	n.up(mobile)

	n.unroute(wifi)
	n.cut(wifi)
	took := r.pictureAfter(time.Now(), 10)
	n.mend(wifi)
	t.Logf("picture after %v", took)
	if took > back {
		t.Errorf("picture after %v", took)
	}
}

func TestAnOutageIsSatOut(t *testing.T) {
	n := newNetwork(t)
	r := n.receive()
	r.pictureAfter(time.Time{}, settled)
	n.up(mobile)
	for _, outage := range []time.Duration{300 * time.Millisecond, 5 * time.Second} {
		n.cut(wifi)
		n.cut(mobile)
		<-time.After(outage)
		n.mend(mobile)
		n.mend(wifi)
		took := r.pictureAfter(time.Now(), 60)
		t.Logf("after %v: picture after %v", outage, took)
		if took > time.Second {
			t.Errorf("after %v: picture after %v", outage, took)
		}
	}
	if n := r.reconnects(); n != 0 {
		t.Errorf("%d reconnects", n)
	}
}
