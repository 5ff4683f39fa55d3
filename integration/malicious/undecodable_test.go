package malicious

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// TestWhatCannotBeDecodedIsAnErrorWhereThatIsAskedFor sends key frames that no decoder makes a picture of.
func TestWhatCannotBeDecodedIsAnErrorWhereThatIsAskedFor(t *testing.T) {
	for _, codec := range caps.Codecs(caps.Video) {
		t.Run(codec.String(), func(t *testing.T) {
			t.Parallel()
			clips := newClips(t, codec)
			viewer := newReceiver(t, "viewer", "video/x-raw")
			publisher := newPublisher(t, codec)
			publisher.publish(&clips[0])
			viewer.awaitTrack(0)
			mark := viewer.mark()
			publisher.play(&clips[0])
			viewer.awaitPicture(mark, &clips[0])

			publisher.play(&clip{frames: [][]byte{undecodable(codec, clips[0].frames[0])}})
			strict := launch.Start(t, fmt.Sprintf("livekitsrc room=%s on-track-lost=error ! fakesink", rig.Room(t)))
			status, printed := strict.End()
			if status == 0 {
				t.Errorf("exit status 0:\n%s", printed)
			}
			sentence := strict.Line(`^ERROR: from element /GstPipeline:pipeline0/GstLivekitSrc:livekitsrc0: (.*)$`)[1]
			t.Log(sentence)
			if want := "receive " + codec.MimeType() + ": "; !strings.HasPrefix(sentence, want) {
				t.Errorf("says %q, want %q", sentence, want)
			}

			mark = viewer.mark()
			publisher.play(&clips[1])
			viewer.awaitPicture(mark, &clips[1])
		})
	}
}

// undecodable leaves of a key frame what a server and a receiver tell it by.
func undecodable(codec caps.Codec, frame []byte) (rest []byte) {
	switch codec {
	case caps.H264:
		return cutNALs(frame, 2, func(header byte) bool { return header&31 == 1 || header&31 == 5 })
	case caps.H265:
		return cutNALs(frame, 3, func(header byte) bool { return header>>1&63 < 32 })
	case caps.AV1:
		return spoilFrame(frame)
	default:
		return frame[:40]
	}
}

// spoilFrame leaves only what says that it is a key frame of the OBU of type OBU_FRAME, which comes last (AV1, 5.3.2, 5.9.2).
func spoilFrame(unit []byte) []byte {
	const hasExtension, hasSize, frame = 4, 2, 6
	spoiled := bytes.Clone(unit)
	for rest := spoiled; len(rest) > 0; {
		header := 1
		if rest[0]&hasExtension != 0 {
			header++
		}
		size, n := uint64(len(rest)-header), 0
		if rest[0]&hasSize != 0 {
			size, n = binary.Uvarint(rest[header:])
		}
		body := rest[header+n:][:size]
		if rest[0]>>3&15 == frame {
			for i := range body[1:] {
				body[1+i] = 0xff
			}
		}
		rest = rest[header+n+int(size):]
	}
	return spoiled
}

// cutNALs leaves only the beginning of some NAL units.
func cutNALs(frame []byte, length int, which func(header byte) bool) (rest []byte) {
	for _, nal := range bytes.Split(frame, []byte{0, 0, 1}) {
		if nal = bytes.TrimRight(nal, "\x00"); len(nal) == 0 {
			continue
		}
		if which(nal[0]) {
			nal = nal[:length]
		}
		rest = append(append(rest, 0, 0, 0, 1), nal...)
	}
	return rest
}
