package state

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/internal/testkit/teststructure"
)

// fieldsOf are the fields of a message in GStreamer's spelling, without messages, which can be left out.
func fieldsOf(message proto.Message) []string {
	var names []string
	fields := message.ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); !f.HasPresence() {
			names = append(names, strings.ReplaceAll(string(f.Name()), "_", "-"))
		}
	}
	return names
}

func TestInfosHaveWhatLiveKitKnows(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{
		Identity: "robot", TrackName: "front", Source: livekit.TrackSource_SCREEN_SHARE,
	})
	p := start(t, "")
	awaitMessage(t, p, "livekit-track", "state", "subscribed") // which comes behind what is known
	p.Frame()
	source := p.Element("src")

	track := play.StructureOf(t, source, "track-info")
	checkFields(t, track, "livekit-track-info", &livekit.TrackInfo{}, map[string]string{
		"sid": publisher.TrackSID(), "type": "video", "name": "front", "source": "screen-share", "width": "320", "height": "180",
		"mime-type": "video/VP8", "muted": "false", "encryption": "none", "codecs/0/mime-type": "video/VP8",
		"codecs/0/layers/0/quality": "high", "codecs/0/layers/0/width": "320",
	})
	participant := play.StructureOf(t, source, "participant-info")
	checkFields(t, participant, "livekit-participant-info", &livekit.ParticipantInfo{}, map[string]string{
		"identity": "robot", "state": "active", "kind": "standard", "is-publisher": "true",
		"permission/can-publish": "true", "tracks/0/sid": publisher.TrackSID(), "tracks/0/name": "front",
	})
	if sid, joined := participant.Text("sid"), participant.At("joined-at-ms"); !strings.HasPrefix(sid, "PA_") || joined.Type != "gint64" || len(joined.Text) != 13 {
		t.Errorf("participant %s joined at %v", sid, joined)
	}
}

func checkFields(t *testing.T, s *teststructure.Structure, name string, message proto.Message, want map[string]string) {
	t.Helper()
	if s.Name != name {
		t.Errorf("the structure is %s, want %s", s.Name, name)
	}
	for _, field := range fieldsOf(message) {
		if !slices.Contains(s.Names, field) {
			t.Errorf("%s has no field %s", name, field)
		}
	}
	for path, text := range want {
		if got := s.Text(path); got != text {
			t.Errorf("%s of %s is %q, want %q", path, name, got, text)
		}
	}
}

// TestInfosFollowTheParticipant changes what the SDK announces, and what it does not.
func TestInfosFollowTheParticipant(t *testing.T) {
	rig.Publish(t, testpublisher.Config{})
	p := parse(t, "")
	source := p.Element("src")
	told := listen(t, source)
	p.Play()
	p.Frame()
	client := lksdk.NewRoomServiceClient(rig.Server().HTTPURL(), rig.Server().APIKey, rig.Server().APISecret)
	for _, row := range []struct {
		request    *livekit.UpdateParticipantRequest
		path, want string
	}{
		{&livekit.UpdateParticipantRequest{Metadata: `{"a": "b, c"}`}, "metadata", `{"a": "b, c"}`},
		{&livekit.UpdateParticipantRequest{Attributes: map[string]string{"lens cap!": "on"}}, "attributes/0/key", "lens cap!"},
		{&livekit.UpdateParticipantRequest{Attributes: map[string]string{"lens cap!": "off"}}, "attributes/0/value", "off"},
		{&livekit.UpdateParticipantRequest{Name: "Robot No. 1"}, "name", "Robot No. 1"},
		{&livekit.UpdateParticipantRequest{Permission: &livekit.ParticipantPermission{
			CanPublish: true, CanSubscribe: true, CanPublishData: true, CanUpdateMetadata: true,
		}}, "permission/can-update-metadata", "true"},
	} {
		row.request.Room, row.request.Identity = rig.Room(t), identity
		if _, err := client.UpdateParticipant(rig.Patient(t), row.request); err != nil {
			t.Fatal(err)
		}
		told.await(row.path, func([]string) bool {
			return play.StructureOf(t, source, "participant-info").Text(row.path) == row.want
		})
	}
}

func TestMutedTrackIsTold(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	p := parse(t, "")
	told := listen(t, p.Element("src"))
	p.Play()
	p.Frame()
	for _, muted := range []bool{true, false, true} {
		if err := publisher.SetMuted(muted); err != nil {
			t.Fatal(err)
		}
		text := map[bool]string{true: "true", false: "false"}[muted]
		m := awaitMessage(t, p, "livekit-muted", "muted", text)
		if m.Type != gst.MessageElement || m.Source != "src" || m.Structure.Text("participant") != identity ||
			m.Structure.Text("sid") != publisher.TrackSID() {
			t.Errorf("got %v", m)
		}
		told.await("muted="+text, func([]string) bool {
			return play.StructureOf(t, p.Element("src"), "track-info").Text("muted") == text
		})
	}
}
