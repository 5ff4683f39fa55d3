package untouched

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// published is what a publisher has encoded and sent.
type published struct {
	mu    sync.Mutex
	units [][]byte
}

func (p *published) add(picture testpublisher.Encoded) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.units = append(p.units, bytes.Clone(picture.Data))
}

// contains fails the test unless the pieces follow on each other, without a gap, in what was published.
func (p *published) contains(t *testing.T, codec testpublisher.Codec, pieces [][]byte) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var all [][]byte
	for _, unit := range p.units {
		all = append(all, split(codec, unit)...)
	}
	if len(pieces) == 0 {
		t.Fatal("there is nothing")
	}
	for i := range all {
		if len(all)-i >= len(pieces) && slices.EqualFunc(all[i:i+len(pieces)], pieces, bytes.Equal) {
			return
		}
	}
	t.Errorf("%d pieces are not among the %d that were published one after the other; the first begins with %x",
		len(pieces), len(all), pieces[0][:min(len(pieces[0]), 16)])
}

// split gives the pieces of a stream that nobody may change. Those of H.264 and H.265 are the NAL units except for
// parameter sets, which a container keeps elsewhere, and delimiters, which RTP leaves out; the start codes between them
// are each sender's own choice. Of the others it is the unit as a whole.
func split(codec testpublisher.Codec, unit []byte) [][]byte {
	if codec != testpublisher.H264 && codec != testpublisher.H265 {
		return [][]byte{unit}
	}
	var all [][]byte
	for _, nal := range bytes.Split(unit, []byte{0, 0, 1}) {
		nal = bytes.TrimRight(nal, "\x00") // the rest of the next start code
		if len(nal) > 0 && !isAside(codec, nal[0]) {
			all = append(all, nal)
		}
	}
	return all
}

func isAside(codec testpublisher.Codec, header byte) bool {
	if codec == testpublisher.H264 {
		kind := header & 0x1f
		return kind >= 7 && kind <= 9
	}
	kind := header >> 1 & 0x3f
	return kind >= 32 && kind <= 35
}

// piecesOf reads what was recorded with ffmpeg, which decodes nothing. To it a raw stream of H.265 has 25 frames a second,
// and it complains of those that come faster.
func piecesOf(t *testing.T, codec testpublisher.Codec, file string) [][]byte {
	t.Helper()
	arguments := []string{"-v", "fatal", "-i", file, "-c", "copy"}
	switch codec {
	case testpublisher.H264:
		arguments = append(arguments, "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-")
	case testpublisher.H265:
		arguments = append(arguments, "-bsf:v", "hevc_mp4toannexb", "-f", "hevc", "-")
	default:
		arguments = append(arguments, "-f", "ivf", "-")
	}
	var complaints strings.Builder
	cmd := exec.Command("ffmpeg", arguments...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("ffmpeg: %v\n%s", err, &complaints)
	}
	if codec == testpublisher.H264 || codec == testpublisher.H265 {
		return split(codec, out)
	}
	return framesOfIVF(t, out)
}

// framesOfIVF takes an IVF file apart: a header of 32 bytes, then frames behind headers of 12.
func framesOfIVF(t *testing.T, data []byte) (all [][]byte) {
	t.Helper()
	if len(data) < 32 || string(data[:4]) != "DKIF" {
		t.Fatal("ffmpeg writes no IVF")
	}
	for data = data[32:]; len(data) >= 12; {
		size := int(binary.LittleEndian.Uint32(data))
		all = append(all, data[12:12+size])
		data = data[12+size:]
	}
	return all
}

// checkFile wants a file that ffprobe has nothing to complain of, neither when it reads its packets nor when it decodes
// them, and that begins with a key frame.
func checkFile(t *testing.T, file string, atLeast int) {
	t.Helper()
	for _, show := range []string{"packet=flags", "frame=key_frame"} {
		lines := rig.Probe(t, file, show)
		if len(lines) < atLeast || !strings.HasPrefix(lines[0], "K") && !strings.HasPrefix(lines[0], "1") {
			t.Errorf("%s: %v, want %d or more, the first of a key frame", show, lines, atLeast)
		}
	}
}
