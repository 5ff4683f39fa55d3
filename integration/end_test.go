package integration

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestInterruptedRecordingIsComplete records with gst-launch-1.0 -e until Ctrl-C.
func TestInterruptedRecordingIsComplete(t *testing.T) {
	for name, recorder := range map[string]string{
		"matroska": "vp8enc deadline=1 cpu-used=16 ! matroskamux",
		"mp4":      "x264enc tune=zerolatency speed-preset=ultrafast ! mp4mux",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{})
			file := filepath.Join(t.TempDir(), "recording")
			l := launch.Start(t, fmt.Sprintf("-e -v livekitsrc room=%s ! identity name=probe silent=false ! %s ! filesink location=%s",
				rig.Room(t), recorder, file))
			l.Buffers(60)
			l.Interrupt()
			if status, printed := l.End(); status != 0 {
				t.Errorf("exit status %d:\n%s", status, printed)
			}
			// The last frame has no duration: mp4mux gives it none, and readers of the file then leave it out.
			if recorded, passed := countFrames(t, file), len(l.Buffers(60)); recorded != passed && recorded != passed-1 {
				t.Errorf("%d frames are recorded of the %d that livekitsrc gave", recorded, passed)
			}
		})
	}
}

// TestRecordingIsCompleteWhenABackendEndsIt ends meetings as backends do.
func TestRecordingIsCompleteWhenABackendEndsIt(t *testing.T) {
	for _, row := range []struct {
		name, why string
		end       func(t *testing.T, api *lksdk.RoomServiceClient) error
	}{
		{"room deleted", "the room was deleted", func(t *testing.T, api *lksdk.RoomServiceClient) error {
			_, err := api.DeleteRoom(t.Context(), &livekit.DeleteRoomRequest{Room: rig.Room(t)})
			return err
		}},
		{"recorder removed", "we were removed from the room", func(t *testing.T, api *lksdk.RoomServiceClient) error {
			_, err := api.RemoveParticipant(t.Context(), &livekit.RoomParticipantIdentity{Room: rig.Room(t), Identity: "recorder"})
			return err
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{})
			file := filepath.Join(t.TempDir(), "recording")
			l := launch.Start(t, fmt.Sprintf("-v livekitsrc identity=recorder room=%s ! identity name=probe silent=false ! matroskamux ! filesink location=%s",
				rig.Room(t), file))
			l.Lines(60, `GstIdentity:probe: last-message = chain `)
			server := rig.Server()
			if err := row.end(t, lksdk.NewRoomServiceClient(server.HTTPURL(), server.APIKey, server.APISecret)); err != nil {
				t.Fatal(err)
			}
			status, printed := l.End()
			if status != 0 || !strings.Contains(printed, row.why) {
				t.Errorf("exit status %d, want 0 and %q:\n%s", status, row.why, printed)
			}
			if frames := countFrames(t, file); frames < 59 {
				t.Errorf("the recording has %d frames, want at least 59", frames)
			}
		})
	}
}

// TestTwoTracksAreRecordedInOnePipeline has two participants, two elements and two files.
func TestTwoTracksAreRecordedInOnePipeline(t *testing.T) {
	t.Parallel()
	rig.Publish(t, testpublisher.Config{Identity: "a"})
	rig.Publish(t, testpublisher.Config{Identity: "b", Codec: testpublisher.H264})
	const record = " ! vp8enc deadline=1 cpu-used=16 ! matroskamux ! filesink location="
	files := []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")}
	l := launch.Start(t, "-e -v livekitsrc participant=a room="+rig.Room(t)+record+files[0]+
		" livekitsrc participant=b room="+rig.Room(t)+" ! identity name=probe silent=false"+record+files[1])
	l.Buffers(60)
	l.Interrupt()
	if status, printed := l.End(); status != 0 {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
	for _, file := range files {
		if frames := countFrames(t, file); frames < 20 {
			t.Errorf("%s has %d frames of two seconds", filepath.Base(file), frames)
		}
	}
}

// countFrames decodes a file to its end.
func countFrames(t *testing.T, file string) int {
	t.Helper()
	cmd := exec.CommandContext(rig.Patient(t), "ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0",
		"-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("ffprobe: %v\n%s", err, &complaints)
	}
	frames, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

func TestInterruptBeforeTheFirstFrameEndsGstLaunch(t *testing.T) {
	for name, published := range map[string]bool{"NobodyPublishes": false, "MutedTrack": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if published {
				if err := rig.Publish(t, testpublisher.Config{}).SetMuted(true); err != nil {
					t.Fatal(err)
				}
			}
			l := launch.Start(t, "-e livekitsrc identity=viewer room="+rig.Room(t)+
				" ! videoconvert ! vp8enc ! matroskamux ! filesink location="+filepath.Join(t.TempDir(), "recording"))
			rig.AwaitParticipant(t, "viewer")
			l.Interrupt()
			if status, printed := l.End(); status != 0 || !strings.Contains(printed, "EOS received - stopping pipeline...") {
				t.Errorf("exit status %d:\n%s", status, printed)
			}
		})
	}
}

func TestInterruptWhileConnectingEndsGstLaunch(t *testing.T) {
	t.Parallel()
	l := launch.Start(t, "-e livekitsrc room=r url="+rig.SilentURL(t)+" ! fakesink")
	l.Line(`^Prerolled, waiting for progress to finish\.\.\.$`)
	l.Interrupt()
	if status, printed := l.End(); status != 0 || !strings.Contains(printed, "EOS received - stopping pipeline...") {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
}

func TestPublisherThatLeavesEndsGstLaunch(t *testing.T) {
	t.Parallel()
	publisher := rig.Publish(t, testpublisher.Config{})
	l := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+" ! identity name=probe silent=false ! fakesink sync=true")
	l.Buffers(10)
	publisher.Close()
	if status, printed := l.End(); status != 0 || !strings.Contains(printed, "Got EOS from element") {
		t.Errorf("exit status %d:\n%s", status, printed)
	}
}
