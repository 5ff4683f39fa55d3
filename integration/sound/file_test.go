package sound

import (
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// packet is one of a file, with its times in seconds.
type packet struct {
	Pts      string `json:"pts_time"`
	Duration string `json:"duration_time"`
	Stream   string `json:"codec_type"`
}

// contents are the streams of a file.
type contents struct {
	picture, sound track
}

// track is one stream of a file.
type track struct {
	codec   string
	packets []piece
}

// piece is when a packet begins and ends.
type piece struct{ begin, end time.Duration }

// read has ffprobe and gst-discoverer-1.0 read a whole file. Any complaint of theirs fails the test.
func read(t *testing.T, file string) (c contents) {
	t.Helper()
	var report struct {
		Packets []packet
		Streams []struct {
			Type string `json:"codec_type"`
			Name string `json:"codec_name"`
		}
	}
	found := probe(t, file, "-show_packets", "-show_streams", "-of", "json")
	if err := json.Unmarshal(found, &report); err != nil {
		t.Fatal(err)
	}
	for _, s := range report.Streams {
		if track := c.track(s.Type); track != nil {
			track.codec = s.Name
		}
	}
	for _, p := range report.Packets {
		if track := c.track(p.Stream); track != nil {
			begin := seconds(t, p.Pts)
			end := begin
			if p.Duration != "" {
				end += seconds(t, p.Duration)
			}
			track.packets = append(track.packets, piece{begin, end})
		}
	}
	discover(t, file)
	return c
}

func (c *contents) track(kind string) *track {
	return map[string]*track{"video": &c.picture, "audio": &c.sound}[kind]
}

// probe runs ffprobe, which must have nothing to complain of.
func probe(t *testing.T, file string, arguments ...string) []byte {
	t.Helper()
	return run(t, "ffprobe", append([]string{"-v", "warning", file}, arguments...)...)
}

// run runs a program that must succeed and say nothing on its standard error.
func run(t *testing.T, name string, arguments ...string) []byte {
	t.Helper()
	var complaints strings.Builder
	command := exec.CommandContext(rig.Patient(t), name, arguments...)
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, &complaints)
	}
	return out
}

func discover(t *testing.T, file string) {
	t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	out := string(run(t, "gst-discoverer-1.0", "-v", "file://"+path))
	for _, complaint := range []string{"Missing plugins", "An error", "rror:"} {
		if strings.Contains(out, complaint) {
			t.Errorf("gst-discoverer-1.0 complains:\n%s", out)
		}
	}
}

func seconds(t *testing.T, text string) time.Duration {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("ffprobe says that a time is %q", text)
	}
	return time.Duration(math.Round(value * 1e9))
}

// end is when the last packet ends, in the order of presentation.
func (k track) end() (end time.Duration) {
	for _, p := range k.packets {
		end = max(end, p.end)
	}
	return end
}

// slack is by how much a packet of sound may begin before or after the end of the one before it: the shortest packet of Opus, and a
// millisecond, which is how exact Matroska's times are.
const slack = 3500 * time.Microsecond

// checkContiguous wants at least a second of sound, without a gap.
func (k track) checkContiguous(t *testing.T) {
	t.Helper()
	if len(k.packets) == 0 || k.end()-k.packets[0].begin < time.Second {
		t.Errorf("%d packets of sound", len(k.packets))
	}
	k.checkOrder(t)
}

// checkOrder wants each packet of sound to begin where the one before it ends. The first one of AAC is what the encoder puts in front of
// the sound, which begins before time 0 where there is no such time.
func (k track) checkOrder(t *testing.T) {
	t.Helper()
	var wrong []string
	first := 1
	if k.codec == "aac" {
		first = 2
	}
	for i := first; i < len(k.packets); i++ {
		if d := k.packets[i].begin - k.packets[i-1].end; d.Abs() > slack {
			wrong = append(wrong, fmt.Sprintf("packet %d begins %v after the one before it ends, at %v", i, d, k.packets[i].begin))
		}
	}
	if len(wrong) > 0 {
		t.Errorf("sound is not contiguous in %d of %d places; first: %s",
			len(wrong), len(k.packets), strings.Join(wrong[:min(len(wrong), 5)], "; "))
	}
}
