package room

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const (
	microphone       = livekit.TrackSource_MICROPHONE
	screenShareAudio = livekit.TrackSource_SCREEN_SHARE_AUDIO
)

// readType reads a packet, and returns its payload type.
func readType(t *testing.T, track *Track) uint8 {
	t.Helper()
	roomtest.Must(t, track.SetReadDeadline(time.Now().Add(patience)))
	b := make([]byte, 2000)
	n, _, err := track.Read(b)
	if err != nil || n < 12 {
		t.Fatalf("read %d bytes: %v", n, err)
	}
	return b[1] & 0x7f
}

// mustBeOpus checks what is known of a track of Opus, and returns the payload types of its packets.
func mustBeOpus(t *testing.T, track *Track) (opus, redundant uint8, isRedundant bool) {
	t.Helper()
	codec := track.Codec()
	if track.Kind != caps.Audio || !strings.EqualFold(track.MimeType, webrtc.MimeTypeOpus) ||
		!strings.EqualFold(codec.MimeType, webrtc.MimeTypeOpus) || codec.ClockRate != 48000 {
		t.Errorf("a track of %v, %s, %+v", track.Kind, track.MimeType, codec)
	}
	if track.CanRequestPackets() {
		t.Error("packets can be requested")
	}
	track.RequestPackets([]uint16{1})
	track.RequestKeyFrame()
	redundant, isRedundant = track.Redundancy()
	return uint8(codec.PayloadType), redundant, isRedundant
}

func TestSoundComesAsOftenAsItIsPublished(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	sid := alice.PublishOpus()
	s := mustSelect(t, mustJoin(t, config(t, server)), Criteria{Kind: caps.Audio})
	if s.Layers() != nil {
		t.Error("sound has layers to choose from")
	}
	for range 3 {
		track := mustNext(t, s)
		if track.SID != sid || track.Source != microphone || track.Identity != "alice" {
			t.Errorf("got %+v", track)
		}
		mustBeOpus(t, track)
		if track.RoundTrip() < 0 {
			t.Error("the round trip is negative")
		}
		alice.Mute(sid, true)
		await(t, track.Changed, "muting", track.Muted)
		alice.Mute(sid, false)
		await(t, track.Changed, "unmuting", func() bool { return !track.Muted() })
		roomtest.MustRead(t, track)
		alice.Unpublish(sid)
		sid = alice.PublishOpus()
		roomtest.MustEnd(t, track)
	}
	track := mustNext(t, s)
	alice.Leave()
	roomtest.MustEnd(t, track)
	_, err := s.Next(patient(t))
	if left := new(ParticipantLeftError); !errors.As(err, &left) || left.Identity != "alice" {
		t.Errorf("got %v", err)
	}
}

func TestSoundIsRedundantUnlessConfigSaysNot(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		published, not bool
		want           uint8 // the payload type that comes
	}{
		"redundant":                {published: true, want: 63},
		"redundant and not wanted": {published: true, not: true, want: 111},
		"single":                   {want: 111},
		"single and not wanted":    {not: true, want: 111},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantInfo := webrtc.MimeTypeOpus
			if test.published {
				roomtest.NewRedundantPublisher(t, server, "alice").PublishRedundant()
				wantInfo = "audio/red"
			} else {
				roomtest.NewPublisher(t, server, "alice").PublishOpus()
			}
			c := config(t, server)
			c.NoRedundancy = test.not
			s := mustSelect(t, mustJoin(t, c), Criteria{Kind: caps.Audio})
			expected := make(chan string, 1)
			s.OnExpected(func(mimeType string) { expected <- mimeType })
			track := mustNext(t, s)
			if got := <-expected; !strings.EqualFold(got, webrtc.MimeTypeOpus) {
				t.Errorf("%s was expected", got)
			}
			if got := track.TrackInfo().GetMimeType(); !strings.EqualFold(got, wantInfo) {
				t.Errorf("published as %s: this test wants another publisher", got)
			}
			opus, redundant, is := mustBeOpus(t, track)
			if opus != 111 || is == test.not || is && redundant != 63 {
				t.Errorf("payload type %d, redundancy %v, %d", opus, is, redundant)
			}
			for range 20 {
				if got := readType(t, track); got != test.want {
					t.Fatalf("a packet of payload type %d", got)
				}
			}
			mustBeOpus(t, track)
		})
	}
}

func TestG711Arrives(t *testing.T) {
	t.Parallel()
	for mime, payloadType := range map[string]uint8{webrtc.MimeTypePCMU: 0, webrtc.MimeTypePCMA: 8} {
		t.Run(mime, func(t *testing.T) {
			t.Parallel()
			alice := roomtest.NewPublisher(t, server, "alice")
			alice.PublishTrack(webrtc.RTPCodecCapability{MimeType: mime, ClockRate: 8000}, make([]byte, 160), microphone, "")
			track := mustNext(t, mustSelect(t, mustJoin(t, config(t, server)), Criteria{Kind: caps.Audio}))
			if got := track.Codec(); !strings.EqualFold(got.MimeType, mime) || got.ClockRate != 8000 || track.MimeType != got.MimeType {
				t.Errorf("got %+v, %s", got, track.MimeType)
			}
			if _, is := track.Redundancy(); is {
				t.Error("it is redundant")
			}
			if got := readType(t, track); got != payloadType {
				t.Errorf("a packet of payload type %d", got)
			}
		})
	}
}

// Only a subscription is told to the server.
func TestNothingIsToldOfLayersOfSound(t *testing.T) {
	t.Parallel()
	s, log := roomtest.StartLogging(t)
	alice := roomtest.NewPublisher(t, s, "alice")
	alice.PublishOpus()
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, s))
	sound, video := mustSelect(t, c, Criteria{Kind: caps.Audio}), mustSelect(t, c, Criteria{})
	mustNext(t, sound)
	mustNext(t, video)
	setLayer(video, caps.Layer{Quality: caps.QualityLow})
	log.Await(t, 1) // which comes after all that may have been told of the sound
	if told, skipped := log.All(); len(told) != 1 || skipped != 0 {
		t.Errorf("the server was told %v, and %d times nothing new", told, skipped)
	}
}

func TestMicrophoneIsPreferred(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	for range 3 { // one of which has the lowest SID, most likely
		alice.PublishSound(screenShareAudio, nil)
	}
	sid := alice.PublishOpus()
	c := mustJoin(t, config(t, server))
	mustNext(t, mustSelect(t, c, Criteria{Kind: caps.Audio, TrackSID: sid})) // the server may announce it after we have joined
	for criteria, want := range map[Criteria]livekit.TrackSource{
		{Kind: caps.Audio}:                           microphone,
		{Kind: caps.Audio, Source: microphone}:       microphone,
		{Kind: caps.Audio, Source: screenShareAudio}: screenShareAudio,
		{Kind: caps.Audio, TrackSID: sid}:            microphone,
	} {
		s := newServed(c, criteria)
		if track := mustNext(t, s); track.Source != want {
			t.Errorf("%v: got %v", criteria, track.Source)
		}
		s.Close()
	}
}

// A path without video is watched like any other.
func TestTheServerAnswersAboutSound(t *testing.T) {
	t.Parallel()
	roomtest.NewPublisher(t, server, "alice").PublishOpus()
	c := mustJoin(t, config(t, server))
	track := mustNext(t, mustSelect(t, c, Criteria{Kind: caps.Audio}))
	for peer := c.peers.receiving(); peer == nil || !peer.answers.Load(); peer = c.peers.receiving() {
		roomtest.MustRead(t, track)
	}
}
