//go:build distros

package distros

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// roots are the systems of scripts/test-distros.sh, with the package installed.
func roots(t *testing.T) []string {
	t.Helper()
	names := strings.Fields(os.Getenv("DISTRO_ROOTS"))
	if len(names) == 0 {
		t.Fatal("DISTRO_ROOTS names no systems: run make test-distros")
	}
	return names
}

// system is one of these systems, for one test. The pictures of an emulated one are small.
type system struct {
	t             *testing.T
	name          string
	width, height int
}

func eachSystem(t *testing.T, test func(s system)) {
	for _, name := range roots(t) {
		t.Run(name, func(t *testing.T) {
			s := system{t: t, name: name, width: 640, height: 360}
			if strings.HasSuffix(name, "arm64") {
				s.width, s.height = 320, 180
			}
			test(s)
		})
	}
}

// run starts a program in the system. It uses the plugin that the package has installed.
func (s system) run(program string, arguments ...string) *launch.Launch {
	s.t.Helper()
	root, ok := devserver.ModuleRoot()
	if !ok {
		s.t.Fatal("there is no go.mod at or above the working directory")
	}
	all := append([]string{"run", s.name, program}, arguments...)
	return launch.Program(s.t, nil, filepath.Join(root, "scripts/root.sh"), all...)
}

// play starts gst-launch-1.0 with arguments that are separated by spaces.
func (s system) play(arguments string) *launch.Launch {
	s.t.Helper()
	return s.run("gst-launch-1.0", strings.Fields(arguments)...)
}

func (s system) publish(codec testpublisher.Codec) {
	s.t.Helper()
	rig.Publish(s.t, testpublisher.Config{
		Codec: codec, Width: s.width, Height: s.height, FrameRate: 15, Pattern: testpublisher.Colours, Tone: true,
	})
}

func TestPackageIsFoundByGStreamer(t *testing.T) {
	eachSystem(t, func(s system) {
		for _, element := range []string{"livekitsrc", "livekitaudiosrc", "livekitbin"} {
			if status, printed := s.run("gst-inspect-1.0", element).End(); status != 0 || !strings.Contains(printed, "/gstreamer-1.0/libgstlivekit.so") {
				s.t.Errorf("gst-inspect-1.0 %s ends with %d:\n%s", element, status, printed)
			}
		}
	})
}

func TestPicturesAreThePublishers(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			eachSystem(t, func(s system) {
				s.publish(codec)
				l := s.play("-v livekitsrc room=" + rig.Room(s.t) +
					" ! video/x-raw,format=I420 ! identity name=probe silent=false ! fdsink fd=3 sync=false")
				frames := l.Frames(20)
				checkOrder(s.t, frames)
				rig.CheckColours(s.t, frames[len(frames)-1])
			})
		})
	}
}

// checkOrder fails the test unless the pictures were made, and are to be shown, one after the other. An emulated system may
// drop some.
func checkOrder(t *testing.T, frames []rig.Frame) {
	t.Helper()
	var before uint32
	for i, f := range frames {
		made, err := f.Time()
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		if i > 0 && (int32(made-before) <= 0 || f.PTS <= frames[i-1].PTS) {
			t.Errorf("frame %d was made %d ms after the one before it, and is shown %v after it", i, int32(made-before), f.PTS-frames[i-1].PTS)
		}
		before = made
	}
}

// No simulcast layer has this size, so the picture is scaled behind the decoder.
func TestPictureHasTheSizeOfTheCaps(t *testing.T) {
	eachSystem(t, func(s system) {
		s.publish(testpublisher.VP8)
		l := s.play("-v livekitsrc room=" + rig.Room(s.t) +
			" ! video/x-raw,format=I420,width=200,pixel-aspect-ratio=1/1 ! identity name=probe silent=false ! fdsink fd=3 sync=false")
		if f := l.Frames(5)[4]; f.Info.Width != 200 || f.Info.Height < 112 || f.Info.Height > 113 {
			s.t.Errorf("%dx%d, want 200 wide in the same shape", f.Info.Width, f.Info.Height)
		}
	})
}

func TestRecordingHasPictureAndSound(t *testing.T) {
	eachSystem(t, func(s system) {
		s.publish(testpublisher.H264)
		room := rig.Room(s.t)
		l := s.play("-e -v matroskamux name=m ! filesink location=/cache/" + room + ".mkv livekitsrc room=" + room +
			" ! identity name=probe silent=false ! m. livekitaudiosrc room=" + room + " ! identity name=sound silent=false ! m.")
		l.Lines(30, `GstIdentity:probe: last-message = chain`)
		l.Lines(30, `GstIdentity:sound: last-message = chain`)
		l.Interrupt()
		if status, printed := l.End(); status != 0 {
			s.t.Fatalf("gst-launch-1.0 ends with %d:\n%s", status, printed)
		}
		root, _ := devserver.ModuleRoot()
		file := filepath.Join(root, ".roots/cache", room+".mkv")
		s.t.Cleanup(func() { _ = os.Remove(file) })
		// identity prints each picture before the muxer has it, so a slow machine may end without the last ones: an emulated arm64 had
		// 28 of the 30.
		if packets := rig.Probe(s.t, file, "packet=pts_time"); len(packets) < 20 {
			s.t.Errorf("%d pictures of 30, want at least 20", len(packets))
		}
	})
}

// playbin and playbin3 play an address, and stop. playbin of GStreamer 1.20 once stood still when it stopped.
func TestPlayersPlayAndStop(t *testing.T) {
	for _, player := range []string{"playbin", "playbin3"} {
		t.Run(player, func(t *testing.T) {
			eachSystem(t, func(s system) {
				s.publish(testpublisher.VP8)
				address := strings.Replace(rig.Server().URL(), "ws://", "livekit+ws://", 1) + "/" + rig.Room(s.t)
				l := s.run("gst-launch-1.0", "-v", player, "uri="+address,
					"video-sink=fakesink name=shown silent=false sync=true", "audio-sink=fakesink name=heard silent=false sync=true")
				l.Lines(10, `shown: last-message = chain`)
				l.Lines(10, `heard: last-message = chain`)
				l.Interrupt()
				// gst-launch-1.0 has no file to finish, so it ends with 0 or as one that was interrupted.
				if status, printed := l.End(); !slices.Contains([]int{0, 1, 130}, status) || strings.Contains(printed, "ERROR") {
					s.t.Errorf("gst-launch-1.0 ends with %d:\n%s", status, printed)
				}
			})
		})
	}
}
