package rtp

import (
	"slices"
	"testing"
	"time"
)

// asks returns when each packet is asked for until a time, looking at each millisecond.
func asks(n *nacks, from, until time.Duration) map[uint16][]time.Duration {
	all := make(map[uint16][]time.Duration)
	for now := from; now <= until; now += time.Millisecond {
		for _, s := range n.due(now) {
			all[s] = append(all[s], now)
		}
	}
	return all
}

func TestMissingPacketsAreAskedForInStepWithTheRoundTrip(t *testing.T) {
	for _, test := range []struct {
		trip  time.Duration
		until time.Duration
		want  []time.Duration
	}{
		{0, ms(100), []time.Duration{0, ms(13), ms(26), ms(39), ms(52), ms(65), ms(78), ms(91)}}, // not known
		{ms(4), ms(100), []time.Duration{0, ms(10), ms(20), ms(30), ms(40), ms(50), ms(60), ms(70), ms(80), ms(90), ms(100)}},
		{ms(60), ms(100), []time.Duration{0, ms(15), ms(30), ms(45), ms(60), ms(75), ms(90)}},
		{ms(80), ms(100), []time.Duration{0, ms(20), ms(40), ms(60), ms(80), ms(100)}},
		{ms(200), ms(450), []time.Duration{0, ms(30), ms(225), ms(255), ms(450)}},
	} {
		n := nacks{roundTrip: test.trip}
		n.gap(65535, 1, 0)
		all := asks(&n, 0, test.until)
		for _, s := range []uint16{65535, 0} {
			if !slices.Equal(all[s], test.want) {
				t.Errorf("round trip %v: packet %d is asked for at %v, want %v", test.trip, s, all[s], test.want)
			}
		}
	}
}

func TestRequestsGoTogether(t *testing.T) {
	n := nacks{roundTrip: ms(60)}
	n.gap(1, 2, 0)
	n.gap(5, 6, ms(3))
	if have := n.due(0); !slices.Equal(have, []uint16{1, 5}) {
		t.Errorf("asked for %v first", have)
	}
	if have := n.due(ms(3)); have != nil {
		t.Errorf("asked for %v again", have)
	}
}

func TestPacketsThatCameOrWereGivenUpAreNotAskedFor(t *testing.T) {
	n := nacks{roundTrip: ms(60)}
	n.gap(10, 15, 0)
	n.due(0)
	if waited, resent, was := n.arrived(12, ms(70)); waited != ms(70) || !resent || !was {
		t.Errorf("packet 12: %v, %v, %v", waited, resent, was)
	}
	if _, _, was := n.arrived(12, ms(71)); was {
		t.Error("packet 12 was missing a second time")
	}
	n.passed(12)
	if have := n.due(ms(90)); !slices.Equal(have, []uint16{13, 14}) {
		t.Errorf("asked for %v", have)
	}
	n.forget()
	if _, ok := n.next(); ok || n.due(time.Hour) != nil {
		t.Error("something is still to be asked for")
	}
}

// TestOvertakenPacketsAreGivenTime has packets come late without having been lost.
func TestOvertakenPacketsAreGivenTime(t *testing.T) {
	n := nacks{roundTrip: ms(60)}
	n.gap(1, 2, 0)
	n.due(0)
	if _, resent, _ := n.arrived(1, ms(16)); resent {
		t.Error("a packet that came within the round trip was sent again")
	}
	n.gap(3, 4, ms(100))
	if have := asks(&n, ms(100), ms(120))[3]; len(have) != 1 || have[0] != ms(118) {
		t.Errorf("asked at %v", have)
	}
	for i := range 20 { // all of them lost
		at := ms(1000 + 200*i)
		n.gap(uint16(10+i), uint16(11+i), at)
		n.due(at + ms(50))
		n.arrived(uint16(10+i), at+ms(150))
	}
	n.gap(100, 101, ms(9000))
	if have := asks(&n, ms(9000), ms(9010))[100]; len(have) != 1 || have[0] > ms(9001) {
		t.Errorf("asked at %v after nothing was overtaken for long", have)
	}
}

func TestMissingPacketsAreBounded(t *testing.T) {
	var n nacks
	n.gap(0, 60000, 0)
	if len(n.missing) != maxMissing {
		t.Errorf("%d packets are missing", len(n.missing))
	}
}

func TestARoundTripFromAStallIsNotBelieved(t *testing.T) {
	n := nacks{roundTrip: ms(4)}
	if !n.believes(ms(300), 0) {
		t.Error("a longer way is not believed")
	}
	if n.believes(ms(2900), ms(1000)) || n.believes(ms(2900), ms(3000)) || !n.believes(ms(20), ms(4000)) {
		t.Error("a stall is believed")
	}
	if n.believes(ms(900), ms(5000)) || !n.believes(ms(900), ms(7600)) {
		t.Error("what lasts is not believed, or what does not")
	}
}
