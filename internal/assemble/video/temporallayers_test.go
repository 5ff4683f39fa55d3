package video

import (
	"strings"
	"testing"

	"github.com/pion/rtp/codecs"
)

// TestLayersOfVP8AreTakenWhenTheyCanBeDecoded has the layer of each frame, k for a key frame, and an s behind those that refer to
// the lowest layer only. Capital X marks a frame that is not to be taken, with its layer behind it.
func TestLayersOfVP8AreTakenWhenTheyCanBeDecoded(t *testing.T) {
	for _, test := range []struct{ name, frames string }{
		{"one layer", "k 0 0 0 0 0 0 0 0"},
		{"two layers", "k 1s 0 1 0 1 0 1 0 1s 0 1"},
		{"three layers", "k 2s 1s 2 0 2 1 2 0 2s 1s 2"},
		{"three layers of an encoder that marks none", "k 2 1 2 0 2 1 2 0 2 1 2"},
		{"an encoder that drops some", "k 1s 0 0 0 1 0 0 0 1"},
		{"the second layer comes again with any frame", "k 1s 0 1 0 0 0 0 X1 0 X1 0 1s 0 1"},
		{"both upper layers come again", "k 2s 1s 2 0 0 0 0 X2 X1 X2 0 2s X1 X2 0 2s 1s 2"},
		{"the second one alone, then the third", "k 2s 1s 2 0 1 0 1 0 1 0 1 0 X2 1 X2 0 2s 1 2"},
		{"the upper two of three are away for a moment", "k 2s 1s 2 0 2 1 2 0 0 X2 X1 X2 0 2s 1s 2 0 2 1 2"},
		{"the third is away for a moment", "k 2s 1s 2 0 1 0 1 0 X2 1 X2 0 2s 1s 2"},
		{"the upper two of three begin late behind a key frame", "k 2s 1s 2 0 2 1 2 k 0 X2 X1 X2 0 2s 1s 2"},
		{"three layers of an encoder that drops some of the third", "k 2s 1s 2 0 1 2 0 2 1 0 1 2 0 2s 1s 2"},
		{"a key frame begins all layers", "k 0 0 0 0 0 k 1 0 1"},
		{"an encoder that marks none is not waited for long", "k 1 0 0 0 0 " + strings.Repeat("X1 0 ", 33) + "1 0 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var layers temporalLayers
			for i, f := range strings.Fields(test.frames) {
				layer, refused := strings.CutPrefix(f, "X")
				d := codecs.VP8Packet{T: 1}
				if strings.HasSuffix(layer, "s") {
					d.Y = 1
				}
				if layer != "k" {
					d.TID = layer[0] - '0'
				}
				if takes := layers.takes(&d, layer == "k"); takes == refused {
					t.Errorf("frame %d, %s: taken %v", i, f, takes)
				}
			}
		})
	}
}

func TestVP8WithoutLayersIsTaken(t *testing.T) {
	var layers temporalLayers
	for range 50 {
		if !layers.takes(&codecs.VP8Packet{}, false) {
			t.Fatal("a frame without a layer is refused")
		}
	}
}
