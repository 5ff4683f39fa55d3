//go:build slow

package network

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/network/link"
)

func TestSoundAndPictureAreInSyncOnPoorPaths(t *testing.T) {
	l, server := speaker(t)
	for _, test := range []struct {
		name, properties string
		impairment       link.Impairment
	}{
		{"PictureLater", "", unequal(pictureType)},
		{"Loss", "", link.Impairment{Delay: Base.Delay, Loss: 0.05}},
		{"LossWithoutRedundancy", "redundancy=false", link.Impairment{Delay: Base.Delay, Loss: 0.05}},
		{"Jitter", "", link.Impairment{Delay: Base.Delay, Jitter: Base.Delay / 2}},
	} {
		t.Run(test.name, func(t *testing.T) { checkSync(t, l, server, test.impairment, test.properties) })
	}
}
