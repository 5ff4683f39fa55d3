package convert

import (
	"bytes"
	"errors"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

func mustConvert(t *testing.T, c *Converter, p Picture) []byte {
	t.Helper()
	data, err := c.Convert(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestConverterGivesWhatConvertGives(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, to := range rgbTypes {
		c := NewConverter(to)
		for _, from := range caps.Types() {
			for _, size := range []image.Point{{3, 5}, {64, 48}, {64, 48}} {
				p := randomPicture(t, random, from, size, 0)
				want, err := Convert(p, to, false)
				if err != nil {
					t.Fatal(err)
				}
				got := mustConvert(t, c, p)
				if !bytes.Equal(got, want) {
					t.Errorf("%s %v to %s differs", from, size, to)
				}
				c.GiveBack(got)
			}
		}
	}
}

func TestConverterUsesMemoryAgain(t *testing.T) {
	c := NewConverter(caps.RGBA)
	random := rand.New(rand.NewPCG(7, 8))
	p := randomPicture(t, random, caps.I420, image.Point{64, 48}, 0)
	first, second := mustConvert(t, c, p), mustConvert(t, c, p)
	if &first[0] == &second[0] {
		t.Fatal("two pictures in one memory")
	}
	c.GiveBack(first)
	if again := mustConvert(t, c, p); &again[0] != &first[0] {
		t.Error("what was given back is not used again")
	}
	if n := testing.AllocsPerRun(100, func() { c.GiveBack(mustConvert(t, c, p)) }); n != 0 {
		t.Errorf("%v allocations for a picture", n)
	}
}

func TestConverterKeepsFewSpares(t *testing.T) {
	c := NewConverter(caps.RGBA)
	random := rand.New(rand.NewPCG(9, 10))
	small := randomPicture(t, random, caps.I420, image.Point{16, 16}, 0)
	large := randomPicture(t, random, caps.I420, image.Point{32, 16}, 0)
	var lent [][]byte
	for range 3 * maxSpare {
		lent = append(lent, mustConvert(t, c, small))
	}
	for _, memory := range lent {
		c.GiveBack(memory)
	}
	if len(c.spare) != maxSpare {
		t.Errorf("%d spares, want %d", len(c.spare), maxSpare)
	}
	memory := mustConvert(t, c, large)
	if len(memory) != 4*32*16 || len(c.spare) != 0 {
		t.Errorf("after a change of size: %d bytes, %d spares of the old size", len(memory), len(c.spare))
	}
	c.GiveBack(lent[0])
	if len(c.spare) != 0 {
		t.Error("memory of another size is kept")
	}
	c.GiveBack(memory)
	c.Close()
	c.GiveBack(mustConvert(t, c, large))
	if len(c.spare) != 0 {
		t.Error("memory is kept after Close")
	}
}

func TestConverterRefusesWhatCannotBe(t *testing.T) {
	c := NewConverter(caps.RGBA)
	p := randomPicture(t, rand.New(rand.NewPCG(11, 12)), caps.I420, image.Point{16, 16}, 0)
	c.GiveBack(mustConvert(t, c, p))
	short := p
	short.Planes = []Plane{p.Planes[0], p.Planes[1], {Data: p.Planes[2].Data[1:], Stride: p.Planes[2].Stride}}
	if _, err := c.Convert(short); err == nil {
		t.Error("a plane that is too short is taken")
	}
	if _, err := c.Convert(Picture{Type: caps.I420, Width: 0, Height: 16}); !errors.Is(err, caps.ErrSize) {
		t.Errorf("without a size: %v, want caps.ErrSize", err)
	}
}
