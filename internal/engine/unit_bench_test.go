package engine

import (
	"testing"
	"time"
)

// BenchmarkUnits is what is known about a frame beside its picture, kept from the push of its unit until it is read, with
// as many behind it as a decoder and a slow reader leave.
func BenchmarkUnits(b *testing.B) {
	const behind = 6
	u := units{limit: 4 + unitsInDecoder}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		u.add(unit{pts: time.Duration(n)})
		if n >= behind {
			if _, ok := u.take(time.Duration(n - behind)); !ok {
				b.Fatal("a unit is gone")
			}
		}
		n++
	}
}
