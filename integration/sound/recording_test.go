package sound

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
)

// bursts is the frequency in Hz of the bursts of a beat.
const bursts = 1000

// publish publishes a beat with the Node SDK.
func publish(t *testing.T, settings rtcnode.Settings) *rtcnode.Peer {
	t.Helper()
	settings.Tone, settings.Beat = bursts, true
	return rig.PublishNode(t, settings)
}

// tell has a publisher do something, and waits until it says that it has.
func tell(t *testing.T, publisher *rtcnode.Peer, command, event string) {
	t.Helper()
	if err := publisher.Command(command); err != nil {
		t.Fatal(err)
	}
	if _, err := publisher.Await(event); err != nil {
		t.Fatal(err)
	}
}

// recording is a gst-launch-1.0 that records picture and sound of the test's room.
type recording struct {
	*launch.Launch
	t        *testing.T
	file     string
	pipeline string // what gst-launch-1.0 is given
}

// sources are README's elements, with what their pads are linked to. What passes them is counted.
const sources = "livekitsrc room=%[1]s participant=publisher %[2]s ! identity name=picture silent=false ! %[3]s " +
	"livekitaudiosrc room=%[1]s participant=publisher ! identity name=sound silent=false ! %[4]s"

// record begins to record into the pads m. of a pipeline, in which FILE stands for a file of the test, and ROOM for its room.
func record(t *testing.T, pipeline string) *recording {
	t.Helper()
	return recordThrough(t, pipeline, "", "m.", "m.")
}

// recordThrough is record with properties of livekitsrc, and elements between the sources and the muxer.
func recordThrough(t *testing.T, pipeline, properties, picture, sound string) *recording {
	t.Helper()
	r := newRecording(t, pipeline, properties, picture, sound)
	r.Launch = launch.Start(t, r.pipeline)
	return r
}

// newRecording is recordThrough without the program.
func newRecording(t *testing.T, pipeline, properties, picture, sound string) *recording {
	t.Helper()
	r := &recording{t: t, file: filepath.Join(t.TempDir(), "recording")}
	r.pipeline = "-e -v " + strings.NewReplacer("FILE", r.file, "ROOM", rig.Room(t)).Replace(pipeline) + " " +
		fmt.Sprintf(sources, rig.Room(t), properties, picture, sound)
	return r
}

// passed is what is printed when something has passed. It begins with plain text, which is found much faster than any pattern.
const passed = "/GstPipeline:pipeline0/GstIdentity:%s: last-message = chain "

// more waits until so many more buffers of picture or sound have come.
func (r *recording) more(name string, n int) {
	r.t.Helper()
	line := fmt.Sprintf(passed, name)
	r.Lines(strings.Count(r.Output(), line)+n, line)
}

// seconds waits until so much more sound has come, and some pictures.
func (r *recording) seconds(n int) {
	r.t.Helper()
	r.more("sound", 50*n)
	r.more("picture", 5)
}

// finish ends the recording with Ctrl-C, after which the file has to be complete. On a machine that is too busy, picture and sound may be
// too far apart for a while, of which the element warns.
func (r *recording) finish() {
	r.t.Helper()
	r.Interrupt()
	status, printed := r.End()
	warnings := strings.Count(printed, "WARN") - strings.Count(printed, "apart, which is more than max-sync-delay allows")
	if status != 0 || warnings > 0 {
		r.t.Fatalf("exit status %d:\n%s", status, withoutBuffers(printed))
	}
}

// withoutBuffers leaves out what was printed about each buffer.
func withoutBuffers(printed string) string {
	var lines []string
	for _, line := range strings.Split(printed, "\n") {
		if !strings.Contains(line, ": last-message = ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
