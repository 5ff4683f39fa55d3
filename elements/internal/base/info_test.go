package base

import (
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/gst-livekit/gst-livekit/internal/testkit/teststructure"
)

func read(message proto.Message) *teststructure.Structure {
	return teststructure.Take(unsafe.Pointer(newInfo(message).c))
}

func TestInfoHasEveryKindOfValue(t *testing.T) {
	odd := "quote \" comma, brace } \xff\x00 line\n ü"
	for name, row := range map[string]struct {
		message proto.Message
		path    string
		kind    string
		want    string
	}{
		"String":         {&livekit.ParticipantInfo{Identity: "alice"}, "identity", "gchararray", "alice"},
		"OddString":      {&livekit.ParticipantInfo{Metadata: odd}, "metadata", "gchararray", "quote \" comma, brace } \uFFFD\uFFFD line\n ü"},
		"EmptyString":    {&livekit.ParticipantInfo{}, "identity", "gchararray", ""},
		"Bool":           {&livekit.ParticipantInfo{IsPublisher: true}, "is-publisher", "gboolean", "true"},
		"Int64":          {&livekit.ParticipantInfo{JoinedAtMs: math.MaxInt64}, "joined-at-ms", "gint64", "9223372036854775807"},
		"Int32":          {&livekit.TimedVersion{Ticks: -7}, "ticks", "gint", "-7"},
		"Uint32":         {&livekit.TrackInfo{Width: math.MaxUint32}, "width", "guint", "4294967295"},
		"Uint64":         {&livekit.UserPacket{StartTime: proto.Uint64(math.MaxUint64)}, "start-time", "guint64", "18446744073709551615"},
		"Float":          {&livekit.SpeakerInfo{Level: 0.5}, "level", "gdouble", "0.5"},
		"Double":         {&livekit.RTPStats{Duration: 2.25}, "duration", "gdouble", "2.25"},
		"Bytes":          {&livekit.UserPacket{Payload: []byte("a\x00b")}, "payload", "GBytes", "a\x00b"},
		"NoBytes":        {&livekit.UserPacket{}, "payload", "GBytes", ""},
		"Enum":           {&livekit.TrackInfo{Source: livekit.TrackSource_SCREEN_SHARE}, "source", "gchararray", "screen-share"},
		"UnknownEnum":    {&livekit.TrackInfo{Source: 77}, "source", "gchararray", "77"},
		"Optional":       {&livekit.UserPacket{Topic: proto.String("")}, "topic", "gchararray", ""},
		"OptionalUnset":  {&livekit.UserPacket{}, "topic", "", ""},
		"Message":        {&livekit.ParticipantInfo{Permission: &livekit.ParticipantPermission{CanPublish: true}}, "permission/can-publish", "gboolean", "true"},
		"MessageUnset":   {&livekit.ParticipantInfo{}, "permission", "", ""},
		"List":           {&livekit.TrackInfo{AudioFeatures: []livekit.AudioTrackFeature{livekit.AudioTrackFeature_TF_STEREO}}, "audio-features/0", "gchararray", "tf-stereo"},
		"EmptyList":      {&livekit.ParticipantInfo{}, "tracks", "GstValueArray", "<  >"},
		"ListOfMessages": {&livekit.ParticipantInfo{Tracks: []*livekit.TrackInfo{{Sid: "TR_1"}, {Sid: "TR_2"}}}, "tracks/1/sid", "gchararray", "TR_2"},
		"MapKey":         {&livekit.ParticipantInfo{Attributes: map[string]string{"b": "2", "a b": "1"}}, "attributes/0/key", "gchararray", "a b"},
		"MapValue":       {&livekit.ParticipantInfo{Attributes: map[string]string{"b": "2", "a b": "1"}}, "attributes/1/value", "gchararray", "2"},
		"EmptyMap":       {&livekit.ParticipantInfo{}, "attributes", "GstValueArray", "<  >"},
		"NumbersInMap":   {&livekit.RTPStats{GapHistogram: map[int32]uint32{3: 9}}, "gap-histogram/0/value", "guint", "9"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(row.message).At(row.path); got.Type != row.kind || got.Text != row.want {
				t.Errorf("%s is %s %q, want %s %q", row.path, got.Type, got.Text, row.kind, row.want)
			}
		})
	}
}

func TestInfoHasEveryField(t *testing.T) {
	for _, message := range []proto.Message{
		&livekit.ParticipantInfo{Permission: &livekit.ParticipantPermission{}},
		&livekit.TrackInfo{Version: &livekit.TimedVersion{}},
	} {
		var want []string
		fields := message.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			want = append(want, Dashed(string(fields.Get(i).Name())))
		}
		if got := read(message).Names; !slices.Equal(got, want) {
			t.Errorf("%T gives %q, want %q", message, got, want)
		}
	}
}

func TestInfoOfNothingIsEmpty(t *testing.T) {
	for name, message := range map[string]proto.Message{
		"livekit-participant-info": (*livekit.ParticipantInfo)(nil),
		"livekit-track-info":       (*livekit.TrackInfo)(nil),
	} {
		if got := read(message); got.Name != name || len(got.Names) > 0 {
			t.Errorf("got %+v, want an empty %s", got, name)
		}
	}
}

func TestNamesAreGStreamers(t *testing.T) {
	for name, want := range map[protoreflect.Name]string{
		"SCREEN_SHARE": "screen-share", "joined_at_ms": "joined-at-ms", "ParticipantInfo": "participant-info",
		"RTPStats": "rtpstats", "sid": "sid",
	} {
		if got := Dashed(string(name)); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
