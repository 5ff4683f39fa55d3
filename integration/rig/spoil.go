package rig

import (
	"bytes"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// NoKeyFrames is a testpublisher.Config's Rewrite that leaves the key frames out. The server passes nothing on before one.
func NoKeyFrames(e testpublisher.Encoded) []byte {
	if e.KeyFrame {
		return nil
	}
	return e.Data
}

// emptyPPS leaves nothing in the picture parameter sets of an H.264 stream. (Without any, the SDK does not send the others
// either, which the server tells a key frame by.)
func emptyPPS(e testpublisher.Encoded) (rest []byte) {
	const typeMask, pps = 0x1f, 8
	for _, nal := range bytes.Split(e.Data, []byte{0, 0, 1}) {
		if nal = bytes.TrimRight(nal, "\x00"); len(nal) == 0 {
			continue
		}
		if nal[0]&typeMask == pps {
			nal = nal[:1]
		}
		rest = append(append(rest, 0, 0, 0, 1), nal...)
	}
	return rest
}
