package chain

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// benchUnits are those of a picture so small that decoding it costs next to nothing beside its way through the chain.
func benchUnits(b *testing.B, codec caps.Codec) [][]byte {
	b.Helper()
	units, err := runEncoder(encodedKey{codec: codec, source: "pattern=ball", width: 64, height: 64})
	if err != nil {
		b.Fatal(err)
	}
	return units
}

func benchChain(b *testing.B, config Config) *Chain {
	b.Helper()
	c, err := New(config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return c
}

// BenchmarkFrame is one access unit on its way through a chain: pushed, decoded, waited for, read and released.
func BenchmarkFrame(b *testing.B) {
	for codec := range encoders {
		b.Run(codec.String(), func(b *testing.B) {
			units := benchUnits(b, codec)
			c := benchChain(b, Config{Codec: codec, Capacity: 4})
			start := time.Now()
			b.ReportAllocs()
			before := runtime.NumCgoCall()
			n := 0
			for b.Loop() {
				unit := Unit{
					Data: units[n%len(units)], Due: start.Add(time.Duration(n) * time.Second / 30), KeyFrame: n%len(units) == 0,
				}
				if _, err := c.Push(unit); err != nil {
					b.Fatal(err)
				}
				f, err := c.Next(b.Context(), nil)
				if err != nil {
					b.Fatal(err)
				}
				f.Release()
				n++
			}
			b.ReportMetric(float64(runtime.NumCgoCall()-before)/float64(n), "cgocalls/op")
		})
	}
}

// BenchmarkBorder is what it costs to bring a unit of the size of a 720p frame across the border, without what GStreamer
// does with it: the chain has ended.
func BenchmarkBorder(b *testing.B) {
	c := benchChain(b, Config{Codec: caps.VP8})
	c.End()
	unit := Unit{Data: make([]byte, 8<<10), Due: time.Now()}
	b.ReportAllocs()
	b.SetBytes(int64(len(unit.Data)))
	before := runtime.NumCgoCall()
	n := 0
	for b.Loop() {
		if _, err := c.Push(unit); !errors.Is(err, ErrStopped) {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(runtime.NumCgoCall()-before)/float64(n), "cgocalls/op")
}
