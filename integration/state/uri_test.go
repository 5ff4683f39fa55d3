package state

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// GST_URI_ERROR and its codes, from gsturi.h.
const (
	uriError            = "gst-uri-error-quark"
	unsupportedProtocol = 0
	badURI              = 1
	badState            = 2
)

func newSource(t *testing.T) *gst.Element {
	t.Helper()
	element, err := gst.NewElement("livekitsrc")
	if err != nil {
		t.Fatal(err)
	}
	return element
}

// values are the properties of an element that differ from their defaults.
func values(element *gst.Element) map[string]string {
	all := map[string]string{}
	for _, p := range play.Properties(element) {
		if p.Readable && p.Value != p.Default && p.Name != "uri" {
			all[p.Name] = p.Value
		}
	}
	return all
}

func TestAddressSetsTheProperties(t *testing.T) {
	for name, row := range map[string]struct {
		address string
		want    map[string]string
		reads   string // empty: the address
	}{
		"Encrypted": {
			"livekit://example.livekit.cloud/demo",
			map[string]string{"url": "wss://example.livekit.cloud", "room": "demo"},
			"",
		},
		"Plain": {
			"livekit+ws://127.0.0.1:7880/demo",
			map[string]string{"url": "ws://127.0.0.1:7880", "room": "demo"},
			"",
		},
		"Properties": {
			"livekit://h:1/demo?identity=viewer&participant=alice&track-source=screen-share&track-name=slides&" +
				"track-sid=TR_1&format=rgb24&capacity=9&latency=0&connect-timeout=1&track-timeout=3000&on-track-lost=eos",
			map[string]string{
				"url": "wss://h:1", "room": "demo", "identity": "viewer", "participant": "alice", "track-source": "screen-share",
				"track-name": "slides", "track-sid": "TR_1", "format": "rgb24", "capacity": "9", "latency": "0",
				"connect-timeout": "1", "track-timeout": "3000", "on-track-lost": "eos",
			},
			"",
		},
		"Secrets": {
			"livekit://h/demo?token=correct-horse&api-key=battery&api-secret=staple&participant=a",
			map[string]string{"url": "wss://h", "room": "demo", "participant": "a"},
			"livekit://h/demo?participant=a",
		},
		"OddCharacters": {
			"livekit://h/a%2Fb%20%C3%BC%3F%23?participant=%26%3D%2B+%25",
			map[string]string{"url": "wss://h", "room": "a/b ü?#", "participant": "&=++%"},
			"livekit://h/a%2Fb%20%C3%BC%3F%23?participant=%26%3D%2B%2B%25",
		},
		"IPv6": {
			"livekit+ws://[::1]:7880/demo",
			map[string]string{"url": "ws://[::1]:7880", "room": "demo"},
			"",
		},
		"PathOfTheServer": {
			"livekit://h/behind/a%20proxy/demo",
			map[string]string{"url": "wss://h/behind/a%20proxy", "room": "demo"},
			"",
		},
		"Default":         {"livekit://h/demo?latency=-1", map[string]string{"url": "wss://h", "room": "demo"}, "livekit://h/demo"},
		"DefaultThatTold": {"livekit://h/demo?on-track-lost=wait", map[string]string{"url": "wss://h", "room": "demo"}, ""},
		"EmptyValue":      {"livekit://h/demo?participant=", map[string]string{"url": "wss://h", "room": "demo"}, "livekit://h/demo"},
		"UpperCase":       {"LIVEKIT://h/demo", map[string]string{"url": "wss://h", "room": "demo"}, "livekit://h/demo"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, name := range []string{"LIVEKIT_URL", "LIVEKIT_TOKEN", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} {
				t.Setenv(name, "")
			}
			element := newSource(t)
			if err := play.SetURI(element, row.address); err != nil {
				t.Fatal(err)
			}
			got := values(element)
			for property, want := range row.want {
				// gst_value_serialize puts odd strings into quotes, and escapes their bytes.
				if text, err := element.GetProperty(property); err == nil {
					if s, ok := text.(string); ok {
						got[property] = s
					}
				}
				if got[property] != want {
					t.Errorf("%s is %s, want %s", property, got[property], want)
				}
				delete(got, property)
			}
			if len(got) > 0 {
				t.Errorf("these are set too: %v", got)
			}
			want := row.reads
			if want == "" {
				want = row.address
			}
			if reads := play.URI(element); reads != want {
				t.Errorf("reads %s, want %s", reads, want)
			}
			if reads, err := element.GetProperty("uri"); err != nil || reads != want {
				t.Errorf("the property reads %v (%v), want %s", reads, err, want)
			}
		})
	}
}

func TestBadAddressIsRefused(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	for name, row := range map[string]struct {
		address string
		code    int
		says    string
	}{
		"OtherProtocol":    {"rtsp://h/demo", unsupportedProtocol, ""}, // GStreamer's own sentence
		"NoServer":         {"livekit:///demo?token=" + secret, badURI, "names no server: write it as in livekit://"},
		"OnlyProtocol":     {"livekit:demo", badURI, "names no server"},
		"NoRoom":           {"livekit://h", badURI, "names no room: write it behind the server, as in livekit://"},
		"EmptyRoom":        {"livekit://h/?token=" + secret, badURI, "names no room"},
		"SlashBehindRoom":  {"livekit://h/demo/", badURI, "names no room"},
		"DamagedRoom":      {"livekit://h/de%zzmo?token=" + secret, badURI, "cannot be read"},
		"PortIsNoNumber":   {"livekit://h:seven/demo?token=" + secret, badURI, "has a port that is not a number from 1 to 65535"},
		"PortIsTooLarge":   {"livekit://h:65536/demo", badURI, "has a port that is not a number from 1 to 65535"},
		"PortIsZero":       {"livekit://h:0/demo", badURI, "has a port that is not a number from 1 to 65535"},
		"UserName":         {"livekit://" + secret + "@h/demo", badURI, "has a user name before its server"},
		"UserAndPassword":  {"livekit://devkey:" + secret + "@h/demo", badURI, "has a user name before its server"},
		"Fragment":         {"livekit://h/demo#" + secret, badURI, "has a part behind #"},
		"IPv6NoBrackets":   {"livekit://::1/demo", badURI, "has a "},
		"UnknownKey":       {"livekit://h/demo?quick=1&token=" + secret, badURI, `has an unknown key "quick": there are token, api-key, api-secret, identity, hidden, participant, track-source,`},
		"KeyOfTheBin":      {"livekit://h/demo?name=x", badURI, `has an unknown key "name"`},
		"KeyThatIsRead":    {"livekit://h/demo?stats=x", badURI, `has an unknown key "stats"`},
		"URLAsKey":         {"livekit://h/demo?url=ws://x", badURI, `has an unknown key "url"`},
		"RoomAsKey":        {"livekit://h/demo?room=x", badURI, `has an unknown key "room"`},
		"AddressAsKey":     {"livekit://h/demo?uri=x", badURI, `has an unknown key "uri"`},
		"TwoOfAKey":        {"livekit://h/demo?participant=a&participant=b", badURI, "has the key participant twice"},
		"NoValue":          {"livekit://h/demo?participant", badURI, "has a query that is not key=value"},
		"DamagedValue":     {"livekit://h/demo?token=" + secret + "%zz", badURI, "cannot be read"},
		"WrongEnum":        {"livekit://h/demo?track-source=webcam", badURI, "has track-source=webcam: it must be one of any, camera, screen-share"},
		"EmptyEnum":        {"livekit://h/demo?format=", badURI, "has format=: it must be one of auto, rgba, "},
		"NumberIsNone":     {"livekit://h/demo?latency=soon", badURI, "has latency=soon: it must be a number from -1 to 60000"},
		"NumberIsTooLarge": {"livekit://h/demo?latency=60001", badURI, "has latency=60001: it must be a number from -1 to 60000"},
		"NumberIsTooSmall": {"livekit://h/demo?latency=-2", badURI, "has latency=-2: it must be a number from -1 to 60000"},
		"NumberIsEmpty":    {"livekit://h/demo?latency=", badURI, "has latency=: it must be a number from -1 to 60000"},
		"NumberIsNegative": {"livekit://h/demo?capacity=-1", badURI, "has capacity=-1: it must be a number from 1 to 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			element := newSource(t)
			before := values(element)
			err := play.SetURI(element, row.address)
			var refused *play.Error
			if !errors.As(err, &refused) || refused.Domain != uriError || refused.Code != row.code || !strings.Contains(refused.Text, row.says) {
				t.Errorf("got %v, want %s %d with %q", err, uriError, row.code, row.says)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("a secret is in %v", err)
			}
			after := values(element)
			if len(before) != len(after) {
				t.Errorf("properties were %v and are %v", before, after)
			}
		})
	}
}

func TestAddressOfAnElementWithoutRoomIsNone(t *testing.T) {
	if address := play.URI(newSource(t)); address != "" {
		t.Errorf("got %q", address)
	}
}

func TestAddressFollowsTheProperties(t *testing.T) {
	element := newSource(t)
	if err := play.SetURI(element, "livekit://h/demo?participant=a"); err != nil {
		t.Fatal(err)
	}
	for property, value := range map[string]string{"url": "http://user.example:81/x/", "room": "other"} {
		if err := element.SetProperty(property, value); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := play.URI(element), "livekit+ws://user.example:81/x/other?participant=a"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAddressMakesTheElement(t *testing.T) {
	for _, protocol := range []string{"livekit", "livekit+ws"} {
		element, err := play.ElementFromURI(protocol + "://h/demo")
		if err != nil {
			t.Fatal(err)
		}
		if name := element.GetFactory().GetName(); name != "livekitbin" {
			t.Errorf("%s gives %s", protocol, name)
		}
	}
}

func TestAddressIsNotChangedWhilePlaying(t *testing.T) {
	p := start(t, "")
	before := play.URI(p.Element("src"))
	err := play.SetURI(p.Element("src"), "livekit://h/demo")
	var refused *play.Error
	if !errors.As(err, &refused) || refused.Domain != uriError || refused.Code != badState {
		t.Errorf("got %v, want %s %d", err, uriError, badState)
	}
	if err := p.Element("src").SetProperty("uri", "livekit://h/demo"); err != nil {
		t.Fatal(err)
	}
	if after := play.URI(p.Element("src")); after != before {
		t.Errorf("was %s, is %s", before, after)
	}
	p.Stop()
	if err := play.SetURI(p.Element("src"), "livekit://h/demo"); err != nil {
		t.Error(err)
	}
}

func TestBadAddressAsPropertyIsAnErrorAtTheStart(t *testing.T) {
	p := parse(t, "uri=livekit://h/demo?track-source=webcam")
	if err := p.SetState(gst.StatePlaying); err == nil {
		t.Error("it starts")
	}
	m := p.AwaitType(gst.MessageError)
	if m.Domain != rig.Resource || m.Code != rig.Settings || !strings.Contains(m.Text, "it must be one of any, camera, screen-share") {
		t.Errorf("got %v", m)
	}
	p.Stop()
	rig.Publish(t, testpublisher.Config{})
	if err := p.Element("src").SetProperty("uri", address(t)); err != nil {
		t.Fatal(err)
	}
	p.Play()
	rig.CheckFlow(t, p.Frames(10))
}

// address is the one of the test's room.
func address(t *testing.T) string {
	return "livekit+ws" + strings.TrimPrefix(rig.Server().URL(), "ws") + "/" + rig.Room(t)
}

func TestAddressIsEnough(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Identity: "other"})
	rig.Publish(t, testpublisher.Config{Identity: "robot", Width: 160, Height: 90})
	for name, query := range map[string]string{
		"Token": "?participant=robot&token=" + rig.Token(t, devserver.TokenOptions{Room: rig.Room(t), CanSubscribe: true}),
		"Keys":  "?participant=robot&api-key=" + rig.Server().APIKey + "&api-secret=" + rig.Server().APISecret,
	} {
		address := address(t) + query
		t.Run(name, func(t *testing.T) {
			for _, name := range []string{"LIVEKIT_URL", "LIVEKIT_TOKEN", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} {
				t.Setenv(name, "")
			}
			p := play.Start(t, "livekitsrc uri="+address+play.Sink)
			if f := p.Frame(); f.Info.Width != 160 {
				t.Errorf("the picture is %d wide", f.Info.Width)
			}
		})
	}
}
