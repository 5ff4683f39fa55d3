package pipelines

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// recording is recording.json.
type recording struct {
	Room  string
	Began time.Time
	Ended time.Time
	Files []struct {
		File, Participant, Source, Codec, State, Error string
		Began                                          time.Time
		Seconds                                        float64
	}
}

// load reads recording.json. Before it is there, it is empty.
func load(t *testing.T, folder string) (r recording) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "recording.json"))
	if os.IsNotExist(err) {
		return r
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// running is how many files have begun and not ended.
func (r recording) running() (n int) {
	for _, f := range r.Files {
		if f.State == "recording" && !f.Began.IsZero() {
			n++
		}
	}
	return n
}

// awaitRecording waits until the recording that p makes in a folder is so. Nobody tells when it changes, so this asks.
func awaitRecording(p *program, folder, what string, reached func() bool) {
	p.t.Helper()
	patient := rig.Patient(p.t)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !reached() {
		select {
		case <-ticker.C:
		case <-p.process.Done():
			printed, _ := p.printed.Look()
			p.t.Fatalf("it has ended before %s:\n%s", what, printed)
		case <-patient.Done():
			printed, _ := p.printed.Look()
			p.t.Fatalf("no %s within %v: %+v\n%s", what, rig.Patience, load(p.t, folder), printed)
		}
	}
}

// TestRecordRoom has somebody come with picture and sound, and somebody else with a picture. The first one's tracks end, others
// follow, then the first one leaves.
func TestRecordRoom(t *testing.T) {
	t.Parallel()
	room := rig.Room(t)
	folder := filepath.Join(t.TempDir(), "recording")
	cmd := exec.Command(build(t, "../record-room"), "-room", room, "-folder", folder)
	cmd.Env = uninstalled()
	alice := rig.Publish(t, testpublisher.Config{Identity: "alice", Tone: true})
	p := start(t, cmd)
	await := func(what string, reached func() bool) {
		t.Helper()
		awaitRecording(p, folder, what, reached)
	}
	files := func(n int) func() bool { return func() bool { return load(t, folder).running() == n } }
	second := func(of *testpublisher.Publisher) func() bool {
		before := of.Frames()
		return func() bool { return of.Frames() > before+30 }
	}
	await("file of alice's picture and sound", files(2))
	bob := rig.Publish(t, testpublisher.Config{Identity: "bob / carol", Codec: testpublisher.H264})
	await("file of bob's picture", files(3))
	await("second of it", second(bob))
	if err := alice.Unpublish(); err != nil {
		t.Fatal(err)
	}
	await("end of alice's tracks", files(1))
	if err := alice.Republish(); err != nil {
		t.Fatal(err)
	}
	await("file of alice's new tracks", files(3))
	await("second of them", second(alice))
	alice.Close()
	await("end of alice", files(1))
	p.interrupt()
	p.succeed()

	r := load(t, folder)
	if len(r.Files) != 5 || r.Room != room || r.Ended.IsZero() {
		t.Errorf("the list has %+v, want five files", r)
	}
	for _, f := range r.Files {
		if f.State != "finished" || f.Began.Before(r.Began) || f.Began.Add(time.Duration(f.Seconds*1e9)).After(r.Ended.Add(time.Second)) {
			t.Errorf("the list has %+v in %+v", f, r)
		}
		want := map[string]string{"video/VP8": "vp8", "video/H264": "h264", "audio/opus": "opus"}[f.Codec]
		file := filepath.Join(folder, f.File)
		if found := streams(t, file); !sameCodecs(found, want) {
			t.Errorf("%s: ffprobe finds %+v, want %s", f.File, found, want)
		}
		begin, length := extent(t, file)
		if begin != 0 || length < f.Seconds-0.1 || length > f.Seconds+0.1 {
			t.Errorf("%s begins at %v and lasts %v s, want 0 and %v s", f.File, begin, length, f.Seconds)
		}
	}
}

// TestRecordRoomSaysWhyItEnded has the server remove the recorder, which whoever started it has to notice. Its folder is not used a
// second time.
func TestRecordRoomSaysWhyItEnded(t *testing.T) {
	t.Parallel()
	room := rig.Room(t)
	folder := filepath.Join(t.TempDir(), "recording")
	recorder := build(t, "../record-room")
	run := func() (*program, *exec.Cmd) {
		cmd := exec.Command(recorder, "-room", room, "-folder", folder)
		cmd.Env = uninstalled()
		return start(t, cmd), cmd
	}
	rig.Publish(t, testpublisher.Config{})
	p, cmd := run()
	awaitRecording(p, folder, "file", func() bool { return load(t, folder).running() == 1 })
	server := rig.Server()
	api := lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)
	identity := fmt.Sprintf("record-room-%d", cmd.Process.Pid)
	if _, err := api.RemoveParticipant(t.Context(), &livekit.RoomParticipantIdentity{Room: room, Identity: identity}); err != nil {
		t.Fatal(err)
	}
	p.fail("the connection to the room has ended: removed by server")
	r := load(t, folder)
	if len(r.Files) != 1 || r.Files[0].State != "finished" || r.Ended.IsZero() {
		t.Errorf("the list has %+v, want a finished file", r)
	}
	p, _ = run()
	p.fail("belongs to an earlier recording")
	if again := load(t, folder); !again.Ended.Equal(r.Ended) {
		t.Error("the earlier list was overwritten")
	}
}

// extent is when the first packet of a file begins, and how long it lasts as its container says, in seconds.
func extent(t *testing.T, file string) (begin, length float64) {
	t.Helper()
	text := output(t, exec.Command("ffprobe", "-v", "error", "-show_entries", "format=start_time,duration", "-of", "csv=p=0", file))
	from, to, _ := strings.Cut(strings.TrimSpace(string(text)), ",")
	for value, text := range map[*float64]string{&begin: from, &length: to} {
		var err error
		if *value, err = strconv.ParseFloat(text, 64); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	return begin, length
}
