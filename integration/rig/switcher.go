package rig

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// Switcher is a participant that publishes recordings, one after another, each in the codec that it is asked for. A
// testpublisher.Publisher has one codec for its life.
type Switcher struct {
	t         testing.TB
	room      *lksdk.Room
	published *lksdk.LocalTrackPublication // nil while nothing is
}

// recordings are the arguments of ffmpeg that make one: with a key frame every half second, because nobody answers when
// one is asked for.
var recordings = map[testpublisher.Codec]struct{ arguments, extension string }{
	testpublisher.VP8:  {"-c:v libvpx -deadline realtime -cpu-used 16 -g 15", ".ivf"},
	testpublisher.H264: {"-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -g 15", ".h264"},
}

// NewSwitcher joins the test's room until the test ends.
func NewSwitcher(t testing.TB, identity string) *Switcher {
	t.Helper()
	token := Token(t, devserver.TokenOptions{Room: Room(t), Identity: identity, CanPublish: true})
	s := &Switcher{t: t, room: lksdk.NewRoom(nil)}
	if err := s.room.JoinWithContextAndToken(Patient(t), server.URL(), token, lksdk.WithAutoSubscribe(false)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Unpublish()
		s.room.Disconnect()
	})
	return s
}

// Publish publishes a recording of 15 seconds in this codec.
func (s *Switcher) Publish(codec testpublisher.Codec) {
	s.t.Helper()
	recording := recordings[codec]
	file := filepath.Join(s.t.TempDir(), "recording"+recording.extension)
	arguments := strings.Fields("-v error -f lavfi -i testsrc=size=320x180:rate=30 -t 15 -pix_fmt yuv420p " + recording.arguments)
	if out, err := exec.CommandContext(Patient(s.t), "ffmpeg", append(arguments, file)...).CombinedOutput(); err != nil {
		s.t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	track, err := lksdk.NewLocalFileTrack(file, lksdk.ReaderTrackWithFrameDuration(time.Second/30))
	if err != nil {
		s.t.Fatal(err)
	}
	if s.published, err = s.room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{
		Name: "recording", VideoWidth: Width, VideoHeight: Height,
	}); err != nil {
		s.t.Fatal(err)
	}
}

// Permit says whether others may receive what is published.
func (s *Switcher) Permit(everybody bool) {
	s.room.LocalParticipant.SetSubscriptionPermission(&livekit.SubscriptionPermission{AllParticipants: everybody})
}

// Unpublish takes the recording out of the room.
func (s *Switcher) Unpublish() {
	if s.published != nil {
		_ = s.room.LocalParticipant.UnpublishTrack(s.published.SID()) // fails when the room is gone
		s.published = nil
	}
}
