package devices

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// monitor runs gst-device-monitor-1.0 with these arguments, and LIVEKIT_ROOM.
func monitor(t *testing.T, room string, arguments ...string) *launch.Launch {
	t.Helper()
	return launch.Program(t, []string{"LIVEKIT_ROOM=" + room}, "gst-device-monitor-1.0", arguments...)
}

// publish returns when the server tells others of the track, which may be some time after it was published.
func publish(t *testing.T, config testpublisher.Config) *testpublisher.Publisher {
	t.Helper()
	publisher := rig.Publish(t, config)
	patient := rig.Patient(t)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		list := participants(t)
		if slices.ContainsFunc(list, func(p *livekit.ParticipantInfo) bool {
			return p.GetIdentity() == publisher.Identity() && len(p.GetTracks()) > 0
		}) {
			return publisher
		}
		select {
		case <-ticker.C:
		case <-patient.Done():
			t.Fatalf("the server shows no track of %q within %v: %v", publisher.Identity(), rig.Patience, list)
		}
	}
}

func service() *lksdk.RoomServiceClient {
	return lksdk.NewRoomServiceClient(rig.Server().HTTPURL(), rig.Server().APIKey, rig.Server().APISecret)
}

// participants are those in the test's room, also who is hidden.
func participants(t *testing.T) []*livekit.ParticipantInfo {
	t.Helper()
	list, err := service().ListParticipants(rig.Patient(t), &livekit.ListParticipantsRequest{Room: rig.Room(t)})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetParticipants()
}

// TestMonitorFollowsTheRoom has a participant come, change its name, and leave.
func TestMonitorFollowsTheRoom(t *testing.T) {
	m := monitor(t, rig.Room(t), "-f", "Video/Source", "Audio/Source")
	m.Line("^Monitoring devices")
	alice := rig.Publish(t, testpublisher.Config{Identity: "alice", Codec: testpublisher.H264, Tone: true})
	m.Line(`^\s*name  : alice: camera$`)
	m.Line(`^\s*name  : alice: microphone$`)

	list := participants(t)
	if len(list) != 2 {
		t.Errorf("in the room are %v, want alice and the provider", list)
	}
	for _, p := range list {
		if p.GetIdentity() != "alice" && !p.GetPermission().GetHidden() {
			t.Errorf("%q is not hidden", p.GetIdentity())
		}
	}
	if _, err := service().UpdateParticipant(rig.Patient(t), &livekit.UpdateParticipantRequest{
		Room: rig.Room(t), Identity: "alice", Name: "Alice",
	}); err != nil {
		t.Fatal(err)
	}
	m.Line(`^\s*name  : Alice: camera$`)
	m.Line(`^\s*name  : Alice: microphone$`)
	alice.Close()
	m.Lines(2, `^Device removed:$`)
	m.Interrupt()
	m.End()
	checkSecrets(t, m.Output())
}

// TestMonitorListsOnce has a device's own line play the track.
func TestMonitorListsOnce(t *testing.T) {
	publish(t, testpublisher.Config{Identity: "alice", TrackName: "front"})
	publish(t, testpublisher.Config{Identity: "bob"})
	m := monitor(t, rig.Room(t), "Video/Source")
	status, printed := m.End()
	if status != 0 || strings.Count(printed, "Device found:") != 2 {
		t.Fatalf("exit status %d, want 0 and two devices:\n%s", status, printed)
	}
	checkSecrets(t, printed)
	_, device, _ := strings.Cut(printed, "name  : alice: camera")
	device, _, _ = strings.Cut(device, "Device found:")
	for _, want := range []string{"class : Video/Source", "video/x-raw", "video/x-vp8", "room = " + rig.Room(t), "participant = alice", "track-name = front", "source = camera", "mime-type = video/VP8"} {
		if !strings.Contains(device, want) {
			t.Errorf("the device has no %q:\n%s", want, device)
		}
	}
	_, line, _ := strings.Cut(device, "gst-launch-1.0 ")
	line, _, _ = strings.Cut(line, " ! ...")
	if status, printed := launch.Start(t, line+" ! identity eos-after=5 ! fakesink").End(); status != 0 ||
		!strings.Contains(printed, "Receiving track ") || !strings.Contains(printed, `of "alice"`) {
		t.Errorf("%s: exit status %d:\n%s", line, status, printed)
	}
}

// TestMonitorWithoutARoomIsSilent: others do not even know of the provider.
func TestMonitorWithoutARoomIsSilent(t *testing.T) {
	status, printed := monitor(t, "", "Video/Source").End()
	if status != 0 || strings.Contains(printed, "WARN") || strings.Contains(printed, "livekit") {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
}

// TestMonitorOutlivesARoomThatCannotBeJoined: that is a warning in the log.
func TestMonitorOutlivesARoomThatCannotBeJoined(t *testing.T) {
	m := launch.Program(t, []string{"LIVEKIT_ROOM=demo", "LIVEKIT_API_SECRET=a-secret-that-is-not-the-servers", "GST_DEBUG=livekitdevices:2"},
		"gst-device-monitor-1.0", "Video/Source")
	status, printed := m.End()
	if status != 0 || !strings.Contains(printed, "the devices of room demo are not listed: not authorized") {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
	checkSecrets(t, printed)
}

// TestMonitorWithAToken has the token's own grants.
func TestMonitorWithAToken(t *testing.T) {
	publish(t, testpublisher.Config{Identity: "alice"})
	token := rig.Token(t, devserver.TokenOptions{Room: rig.Room(t), CanSubscribe: true})
	m := launch.Program(t, []string{"LIVEKIT_ROOM=" + rig.Room(t), "LIVEKIT_API_KEY=", "LIVEKIT_API_SECRET=", "LIVEKIT_TOKEN=" + token},
		"gst-device-monitor-1.0", "Video/Source")
	if _, printed := m.End(); strings.Count(printed, "name  : alice: camera") != 1 || strings.Contains(printed, token) {
		t.Errorf("want alice's camera and no token:\n%s", printed)
	}
}

func checkSecrets(t *testing.T, printed string) {
	t.Helper()
	if strings.Contains(printed, rig.Server().APISecret) {
		t.Errorf("a secret was printed:\n%s", printed)
	}
}

// TestGuideListsInPython runs the program of the guide, which goes on here with one element for one device after the other.
func TestGuideListsInPython(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guide/devices.md")
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(guide), "```\nimport gi\n")
	program, _, ok := strings.Cut(program, "```")
	if !ok {
		t.Fatal("the guide has no program")
	}
	file := filepath.Join(t.TempDir(), "devices.py")
	text := "import gi\n" + strings.Replace(program, "monitor.stop()", `
    print(source.get_property("room"), source.get_property("participant"), source.get_property("track-sid"))
    sources = globals().setdefault("sources", []) + [source]
    print(device.reconfigure_element(sources[0]), sources[0].get_property("participant"))
    print(device.reconfigure_element(Gst.ElementFactory.make("fakesrc")))
monitor.stop()
`, 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	alice := publish(t, testpublisher.Config{Identity: "alice"})
	p := launch.Program(t, []string{"LIVEKIT_ROOM=" + rig.Room(t)}, "/usr/bin/python3", file)
	status, printed := p.End()
	want := "alice: camera\n" + rig.Room(t) + " alice " + alice.TrackSID() + "\nTrue alice\nFalse\n"
	if status != 0 || printed != want {
		t.Errorf("exit status %d, it printed\n%s\nwant\n%s", status, printed, want)
	}
}
