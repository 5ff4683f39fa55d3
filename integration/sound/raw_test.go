package sound

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// listen begins to write the samples of the test's room to a file.
func listen(t *testing.T, caps string) *recording {
	t.Helper()
	r := &recording{t: t, file: filepath.Join(t.TempDir(), "samples")}
	r.Launch = launch.Start(t, fmt.Sprintf("-e -v livekitaudiosrc room=%s ! %s ! identity name=sound silent=false ! filesink location=%s",
		rig.Room(t), caps, r.file))
	return r
}

var sizeAndTimes = regexp.MustCompile(`GstIdentity:sound: last-message = chain .* \((\d+) bytes, dts: none, ` +
	`pts: (\d+):(\d\d):(\d\d\.\d+), duration: (\d+):(\d\d):(\d\d\.\d+), `)

// TestSamplesHaveNoGap has them at the rate of the decoder, at one that it does not have, and at the one for speech; with a mute, with a
// microphone that comes back, and with the publisher's own silence between bursts.
func TestSamplesHaveNoGap(t *testing.T) {
	t.Parallel()
	p := publish(t, rtcnode.Settings{})
	forms := []struct {
		format         string
		rate, channels int
		size           int // of a sample in bytes
	}{
		{"S16LE", 48000, 1, 2},
		{"F32LE", 44100, 2, 4},
		{"S16LE", 16000, 1, 2},
	}
	var all []*recording
	for _, f := range forms {
		all = append(all, listen(t, fmt.Sprintf("audio/x-raw,format=%s,rate=%d,channels=%d", f.format, f.rate, f.channels)))
	}
	more := func(n int) { all[len(all)-1].more("sound", n) } // and about as many of the others
	more(80)
	for _, step := range [][2]string{
		{"muteTone", "mutedTone"}, {"unmuteTone", "unmutedTone"}, {"unpublishTone", "unpublishedTone"}, {"publishTone", "publishedTone"},
	} {
		tell(t, p, step[0], step[1])
		more(60)
	}
	more(60)
	for i, r := range all {
		r.Interrupt()
		if status, printed := r.End(); status != 0 {
			t.Errorf("exit status %d:\n%s", status, withoutBuffers(printed))
		}
		checkSamples(t, r, forms[i].rate, forms[i].channels*forms[i].size)
	}
}

// checkSamples wants each buffer to begin where the one before it ends, and as many samples as the time from begin to end has.
func checkSamples(t *testing.T, r *recording, rate, size int) {
	t.Helper()
	all := sizeAndTimes.FindAllStringSubmatch(r.Output(), -1)
	sum := 0
	var begin, end time.Duration
	for i, found := range all {
		bytes, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		pts, duration := clock(t, found[2:5]), clock(t, found[5:8])
		if i == 0 {
			begin, end = pts, pts
		}
		if d := pts - end; d.Abs() > time.Microsecond {
			t.Errorf("at %d Hz, buffer %d begins %v after the end of the one before it, at %v", rate, i, d, pts)
		}
		sum += bytes
		end = pts + duration
	}
	want := int((end-begin).Seconds()*float64(rate) + 0.5)
	if d := sum/size - want; d < -1 || d > 1 || want == 0 {
		t.Errorf("at %d Hz, there are %d samples in %v, want %d", rate, sum/size, end-begin, want)
	}
	info, err := os.Stat(r.file)
	if err != nil {
		t.Fatal(err)
	}
	if int(info.Size()) != sum {
		t.Errorf("at %d Hz, the file has %d bytes of %d", rate, info.Size(), sum)
	}
}

func clock(t *testing.T, parts []string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(parts[0] + "h" + parts[1] + "m" + parts[2] + "s")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const key = "correct-horse"

// TestEncryptedSoundIsHeardWithItsKey and with another one there are a warning and silence, and never noise.
func TestEncryptedSoundIsHeardWithItsKey(t *testing.T) {
	publish(t, rtcnode.Settings{Passphrase: key})
	for name, property := range map[string]string{"Right": "e2ee-key=" + key, "Wrong": "e2ee-key=battery-staple", "None": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recording{t: t, file: filepath.Join(t.TempDir(), "samples")}
			r.Launch = launch.Start(t, fmt.Sprintf("-e -v livekitaudiosrc room=TestEncryptedSoundIsHeardWithItsKey %s ! "+
				"audio/x-raw,format=S16LE,rate=48000,channels=1 ! identity name=sound silent=false ! filesink location=%s", property, r.file))
			if name != "Right" {
				r.Line("WARNING: from element .*decrypt|WARNING: from element .*encrypt|WARNING: from element .*key")
			}
			r.more("sound", 200)
			r.Interrupt()
			if status, printed := r.End(); status != 0 || name == "Right" && strings.Contains(printed, "WARN") {
				t.Errorf("exit status %d:\n%s", status, withoutBuffers(printed))
			}
			loudest := loudestIn(t, r.file)
			if name == "Right" && (loudest < 12000 || loudest > 26000) {
				t.Errorf("the bursts are %d loud, want 16384", loudest)
			}
			if name != "Right" && loudest != 0 {
				t.Errorf("with a key that is not right, something is %d loud", loudest)
			}
		})
	}
}

// loudestIn returns the largest sample of 16 bits in a file.
func loudestIn(t *testing.T, file string) (loudest int) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) < 96000 {
		t.Errorf("there is less than a second of sound: %d bytes", len(data))
	}
	for i := 0; i+1 < len(data); i += 2 {
		value := int(int16(uint16(data[i]) | uint16(data[i+1])<<8))
		loudest = max(loudest, value, -value)
	}
	return loudest
}
