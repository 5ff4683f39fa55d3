package rig

import (
	"crypto/rand"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// Failure is something that a user can get wrong, and how the element says so.
type Failure struct {
	Name string
	// Properties are those of the element; see Prepare for the words in braces.
	Properties string
	// Published is the codec of a track in the room, or empty when nobody is there.
	Published testpublisher.Codec
	// Rewrite spoils the track; see testpublisher.Config.
	Rewrite func(testpublisher.Encoded) []byte
	// Domain and Code are GStreamer's.
	Domain string
	Code   int
	// Says is what the error's sentence contains, with words in braces too.
	Says string
}

// Domains of GStreamer's errors.
const (
	Resource = "gst-resource-error-quark"
	Stream   = "gst-stream-error-quark"
)

// Codes of GStreamer's errors, from gsterror.h.
const (
	NotFound      = 3  // GST_RESOURCE_ERROR_NOT_FOUND
	OpenRead      = 5  // GST_RESOURCE_ERROR_OPEN_READ
	Read          = 9  // GST_RESOURCE_ERROR_READ
	Decrypt       = 12 // GST_STREAM_ERROR_DECRYPT
	Settings      = 13 // GST_RESOURCE_ERROR_SETTINGS
	NotAuthorized = 15 // GST_RESOURCE_ERROR_NOT_AUTHORIZED
	CodecNotFound = 6  // GST_STREAM_ERROR_CODEC_NOT_FOUND
)

// Failures are all that need no more than properties.
var Failures = []Failure{
	{
		Name: "WrongSecret", Properties: "room={room} api-secret={wrong secret}",
		Domain: Resource, Code: NotAuthorized, Says: `{url} does not accept API key "devkey" with the given secret`,
	},
	{
		Name: "TextThatIsNoToken", Properties: "room={room} token=correct-horse-battery-staple",
		Domain: Resource, Code: NotAuthorized, Says: "the token is not a LiveKit access token",
	},
	{
		Name: "DamagedToken", Properties: "room={room} token={damaged token}",
		Domain: Resource, Code: NotAuthorized, Says: "the token is damaged",
	},
	{
		Name: "ExpiredToken", Properties: "token={expired token}",
		Domain: Resource, Code: NotAuthorized, Says: "the token expired at ",
	},
	{
		Name: "TokenThatMayNotSubscribe", Properties: "token={deaf token}",
		Domain: Resource, Code: NotAuthorized, Says: "canSubscribe: false",
	},
	{
		Name: "TokenSignedBySomebodyElse", Properties: "token={foreign token}",
		Domain: Resource, Code: NotAuthorized, Says: "was not signed with the secret",
	},
	{
		Name: "TokenForAnotherRoom", Properties: "room=lobby token={token}",
		Domain: Resource, Code: Settings, Says: `the token is for room "{room}", not for room "lobby"`,
	},
	{
		Name: "NoServer", Properties: "room={room} url={closed url}",
		Domain: Resource, Code: OpenRead, Says: "cannot reach a LiveKit server at {closed url}: dial tcp",
	},
	{
		Name: "ServerThatNeverAnswers", Properties: "room={room} url={silent url} connect-timeout=600",
		Domain: Resource, Code: OpenRead,
		Says: "no connection to {silent url} within 600ms: the server accepts connections and does not answer",
	},
	{
		Name: "AddressThatIsNoServer", Properties: "room={room} url=ftp://127.0.0.1",
		Domain: Resource, Code: Settings, Says: "must begin with ws:// or wss://",
	},
	{
		Name: "WrongAddress", Properties: "uri=livekit://example.com/demo?token={wrong secret}&track-source=webcam",
		Domain: Resource, Code: Settings, Says: "the LiveKit address has track-source=webcam: it must be one of any, camera, screen-share",
	},
	{
		Name: "NoRoom", Properties: "",
		Domain: Resource, Code: Settings, Says: "nothing to join: set the room property",
	},
	{
		Name: "NoKey", Properties: `room={room} api-key="" api-secret=""`,
		Domain: Resource, Code: Settings, Says: "nothing to join with: set the token property or LIVEKIT_TOKEN",
	},
	{
		Name: "KeyWithoutSecret", Properties: `room={room} api-secret=""`,
		Domain: Resource, Code: Settings, Says: "the API key has no API secret",
	},
	{
		Name: "NobodyPublishes", Properties: "room={room} track-timeout=300",
		Domain: Resource, Code: NotFound,
		Says: "no track within 300ms: waiting for a video track; nobody else is in the room",
	},
	{
		Name: "NobodyPublishesAMatch", Properties: "room={room} track-timeout=300 track-source=screen-share participant=robot",
		Published: testpublisher.VP8, Domain: Resource, Code: NotFound,
		Says: `waiting for a screen share track of "robot"; in the room: "publisher" (camera)`,
	},
	{
		Name: "NoKeyFrames", Properties: "room={room} track-timeout=3000",
		Published: testpublisher.VP8, Rewrite: NoKeyFrames, Domain: Resource, Code: NotFound,
		Says: ` (VP8) of "publisher": only padding comes from the server: `,
	},
	{
		Name: "NoParameterSets", Properties: "room={room} track-timeout=3000",
		Published: testpublisher.H264, Rewrite: emptyPPS, Domain: Resource, Code: NotFound,
		Says: ` came without the parameter sets that decoding needs; `,
	},
}

// Prepared is a Failure with real servers, rooms and tokens.
type Prepared struct {
	Properties string
	Says       string
	// Secrets must not be seen by anybody.
	Secrets []string
}

// Prepare publishes what the failure needs, and puts something real in the place of the words in braces.
func (f Failure) Prepare(t testing.TB) Prepared {
	t.Helper()
	if f.Published != "" {
		Publish(t, testpublisher.Config{Codec: f.Published, Rewrite: f.Rewrite})
	}
	wrong := rand.Text() + rand.Text()
	room := Room(t)
	token := Token(t, devserver.TokenOptions{Room: room, CanSubscribe: true})
	expired := Token(t, devserver.TokenOptions{Room: room, CanSubscribe: true, ValidFor: -time.Hour})
	deaf := Token(t, devserver.TokenOptions{Room: room})
	foreign, err := auth.NewAccessToken(server.APIKey, wrong).SetIdentity("viewer").
		SetVideoGrant(&auth.VideoGrant{RoomJoin: true, Room: room}).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(token, ".")
	damaged := head + ".AAAA." + rand.Text()

	words := []string{
		"{url}", server.URL(),
		"{room}", room,
		"{wrong secret}", wrong,
		"{token}", token,
		"{damaged token}", damaged,
		"{expired token}", expired,
		"{deaf token}", deaf,
		"{foreign token}", foreign,
	}
	if strings.Contains(f.Properties, "{closed url}") {
		words = append(words, "{closed url}", closedURL(t))
	}
	if strings.Contains(f.Properties, "{silent url}") {
		words = append(words, "{silent url}", SilentURL(t))
	}
	replacer := strings.NewReplacer(words...)
	return Prepared{
		Properties: replacer.Replace(f.Properties),
		Says:       replacer.Replace(f.Says),
		Secrets: []string{
			server.APISecret, wrong, token, damaged, expired, deaf, foreign, "correct-horse-battery-staple",
		},
	}
}

// closedURL is an address where nobody listens.
func closedURL(t testing.TB) string {
	t.Helper()
	listener := listen(t)
	defer listener.Close()
	return "ws://" + listener.Addr().String()
}

// SilentURL is an address where connections are accepted and never answered, until the test ends.
func SilentURL(t testing.TB) string {
	t.Helper()
	listener := listen(t)
	var accepting sync.WaitGroup
	accepting.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		accepting.Wait()
	})
	return "ws://" + listener.Addr().String()
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}
