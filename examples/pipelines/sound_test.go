package pipelines

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// tone is the frequency in Hz of what these tests publish, at half of the full scale.
const tone = 440

func TestListenPlaysTheRoom(t *testing.T) {
	rig.PublishTone(t, tone)
	p := start(t, traced("listen.sh", rig.Room(t))) // a machine without loudspeakers plays into a fakesink
	p.awaitBuffers(1, 200)
	p.interrupt()
	p.succeed()
}

// traced is a script of which awaitBuffers knows what flows in it. Of the files that it writes nothing can be seen for long: filesink
// collects 64 KiB before it writes.
func traced(name string, arguments ...string) *exec.Cmd {
	cmd := script(name, arguments...)
	cmd.Env = append(os.Environ(), "GST_TRACERS=stats", "GST_DEBUG=GST_TRACER:7,livekitsrc:4,livekitaudiosrc:4")
	return cmd
}

// awaitBuffers waits until so many buffers have gone from an element to the next one since that many tracks are received.
func (p *program) awaitBuffers(tracks, n int) {
	p.t.Helper()
	const buffer = " buffer, thread-id="
	p.await(tracks, "receiving track")
	printed, _ := p.printed.Look()
	p.await(strings.Count(printed, buffer)+n, buffer)
}

func TestSoundIsRecorded(t *testing.T) {
	for name, want := range map[string]stream{
		"record-wav.sh":  {Codec: "pcm_s16le", Rate: 48000},
		"record-flac.sh": {Codec: "flac", Rate: 48000},
		"record-opus.sh": {Codec: "opus", Rate: 48000},
	} {
		t.Run(name, func(t *testing.T) {
			rig.PublishTone(t, tone)
			file := filepath.Join(t.TempDir(), "demo")
			p := start(t, traced(name, rig.Room(t), file))
			p.awaitBuffers(1, 400)
			p.interrupt()
			p.succeed()
			found := streams(t, file)
			if len(found) != 1 || found[0].Codec != want.Codec || found[0].Rate != want.Rate {
				t.Errorf("ffprobe finds %+v, want %+v", found, want)
			}
			checkTone(t, output(t, exec.Command("ffmpeg", "-v", "error", "-i", file, "-f", "s16le", "-ac", "1", "-ar", "16000", "-")))
		})
	}
}

func TestSpeechGivesSamplesAlone(t *testing.T) {
	rig.PublishTone(t, tone)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cmd := script("speech.sh", rig.Room(t))
	cmd.Stdout = write
	p := start(t, cmd)
	_ = write.Close()
	if err := read.SetReadDeadline(time.Now().Add(rig.Patience)); err != nil {
		t.Fatal(err)
	}
	samples := make([]byte, 3*16000*2)
	if _, err := io.ReadFull(read, samples); err != nil {
		printed, _ := p.printed.Look()
		t.Fatalf("%v:\n%s", err, printed)
	}
	checkTone(t, samples)
}

func TestRecordBothHasPictureAndSound(t *testing.T) {
	rig.PublishNode(t, rtcnode.Settings{Tone: tone})
	file := filepath.Join(t.TempDir(), "both.mkv")
	p := start(t, traced("record-both.sh", rig.Room(t), "publisher", file))
	p.awaitBuffers(2, 1500)
	p.interrupt()
	p.succeed()
	found := streams(t, file)
	if len(found) != 2 || found[0].Codec != "vp8" || found[1].Codec != "opus" {
		t.Errorf("ffprobe finds %+v, want vp8 and opus", found)
	}
	checkTone(t, output(t, exec.Command("ffmpeg", "-v", "error", "-i", file, "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "16000", "-")))
}

// stream is what ffprobe says about one stream of a file.
type stream struct {
	Codec string
	Rate  int // of sound
}

// streams has ffprobe read a whole file. Any warning of it fails the test.
func streams(t *testing.T, file string) (all []stream) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command("ffprobe", "-v", "warning", "-count_frames", "-of", "json",
		"-show_entries", "stream=codec_name,sample_rate,nb_read_frames", file)
	cmd.Stderr = &said
	var report struct {
		Streams []struct {
			Codec  string `json:"codec_name"`
			Rate   string `json:"sample_rate"`
			Frames string `json:"nb_read_frames"`
		}
	}
	if err := json.Unmarshal(output(t, cmd), &report); err != nil {
		t.Fatal(err)
	}
	if said.Len() > 0 {
		t.Errorf("ffprobe warns:\n%s", said.String())
	}
	for _, s := range report.Streams {
		if frames, _ := strconv.Atoi(s.Frames); frames < 10 {
			t.Errorf("%s has %s frames", s.Codec, s.Frames)
		}
		rate, _ := strconv.Atoi(s.Rate)
		all = append(all, stream{Codec: s.Codec, Rate: rate})
	}
	return all
}

// checkTone wants a quarter of a second of the tone somewhere in samples of 16 bits, 16000 a second. Before it there is silence.
func checkTone(t *testing.T, samples []byte) {
	t.Helper()
	const rate, window = 16000, 4000
	var said []string
	for ; len(samples) >= 2*window; samples = samples[2*window:] {
		crossings, sum, last := 0, 0.0, 0.0
		for i := range window {
			value := float64(int16(binary.LittleEndian.Uint16(samples[2*i:])))
			if last < 0 && value >= 0 {
				crossings++
			}
			sum += value * value
			last = value
		}
		frequency := float64(crossings) * rate / window
		level := math.Sqrt(sum/window) / 32768 * math.Sqrt2
		if math.Abs(frequency-tone) <= 8 && level > 0.4 && level < 0.6 {
			return
		}
		said = append(said, strconv.FormatFloat(frequency, 'f', 0, 64)+" Hz at "+strconv.FormatFloat(level, 'f', 2, 64))
	}
	t.Errorf("no tone of %d Hz: %s", tone, strings.Join(said, ", "))
}
