package rtcnode

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// WriteKnownPicture writes the known picture to a file in directory, as Settings.Picture wants it.
func WriteKnownPicture(directory string, width, height int) (file string, err error) {
	picture := testpicture.Known(width, height, testpicture.BT601, 0)
	file = filepath.Join(directory, "known.i420")
	return file, os.WriteFile(file, slices.Concat(picture.Y, picture.Cb, picture.Cr), 0o600)
}
