//go:build panics

package guest

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// place is one place of the plugin that panics, and how to get there.
type place struct {
	name string
	do   string // a command for a playing program; empty is none
	// element is the element; "" is livekitsrc
	element string
	// properties of the element besides name and room
	properties string
	// early is a place that comes only before the first picture.
	early bool
	// silent is a place of which nobody can be told: the program plays on as if nothing had been.
	silent bool
	// late is one that comes when the element stops, and has nothing to fail any more.
	late bool
	// act does something to the publisher or the server once pictures come; without one, it may panic before the first.
	act func(t *testing.T, p *testpublisher.Publisher)
}

var unpublish = func(t *testing.T, p *testpublisher.Publisher) {
	if err := p.Unpublish(); err != nil {
		t.Error(err)
	}
}

var places = []place{
	{name: "livekitsrc: template caps", silent: true},
	{name: "livekitaudiosrc: template caps", silent: true},
	{name: "element: start"},
	{name: "element: watch"},
	{name: "element: follow"},
	{name: "element: report"},
	{name: "element: warn while waiting"},
	{name: "element: set playing"},
	{name: "chain: downstream changed", do: "reconfigure"},
	{name: "element: request a key frame", do: "key-frame"},
	{name: "element: set the key", do: "set e2ee-key another"},
	{name: "element: choose", do: "set quality low"},
	{name: "element: set the latency", do: "set latency 300"},
	{name: "element: latency", do: "latency", properties: "track-name=none", early: true},
	{name: "element: stats", do: "stats"},
	{name: "element: no stats", do: "stats", silent: true},
	{name: "element: end", do: "eos"},
	{name: "element: stop", do: "stop"},
	{name: "element: stopped", do: "stop"},
	{name: "room: share"},
	{name: "room: follow"},
	{name: "room: not dialled"},
	{name: "room: dialled"},
	{name: "room: answered"},
	{name: "room: media connection"},
	{name: "room: way to the server"},
	{name: "room: incoming stream"},
	{name: "room: packet"},
	{name: "room: control packet"},
	{name: "room: routes"},
	{name: "room: roaming"},
	{name: "room: media ended", act: unpublish},
	{name: "room: stream ended", do: "stop", late: true},
	{name: "room: media connection closed", do: "stop", late: true},
	{name: "rtp: read for all"},
	{name: "rtp: sender report"},
	{name: "rtp: end", do: "stop", late: true},
	{name: "room: tell the server"},
	{name: "rtp: stop", do: "eos"},
	{name: "engine: feed"},
	{name: "engine: end", do: "eos"},
	{name: "engine: tell the end", do: "eos", late: true},
	{name: "engine: load a decoder"},
	{name: "engine: load the decoder to come"},
	{name: "engine: watch for pictures"},
	{name: "engine: muted"},
	{name: "chain: key frame wanted", do: "force-key-unit"},
	{name: "chain: sized"},
	{name: "chain: begins", properties: "! video/x-vp8"},
}

func TestNoPanicEndsTheHost(t *testing.T) {
	injectAll(t, places, rig.Publish(t, testpublisher.Config{}))
}

// soundPlaces are those that only an element of sound comes to.
var soundPlaces = []place{
	{name: "engine: feed sound", element: "livekitaudiosrc"},
	{name: "engine: await sound", element: "livekitaudiosrc"},
	{name: "engine: watch for sound", element: "livekitaudiosrc"},
	{name: "engine: end sound", element: "livekitaudiosrc", do: "eos"},
	{name: "engine: tell the end of sound", element: "livekitaudiosrc", do: "eos", late: true},
}

func TestNoPanicOfSoundEndsTheHost(t *testing.T) {
	rig.PublishTone(t, 440)
	injectAll(t, soundPlaces, nil)
}

// TestNoPanicOfDevicesEndsTheHost has no error to wait for: what a device monitor shows is all that its user sees.
func TestNoPanicOfDevicesEndsTheHost(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Identity: "alice"})
	room := rig.Room(t)
	for place, listed := range map[string]bool{
		"devices: start": false, "devices: watch": false, "devices: probe": true, "devices: stop": true, "devices: stopped": true,
	} {
		t.Run(place, func(t *testing.T) {
			p := start(t, guard.Variable+"="+place, "LIVEKIT_ROOM="+room)
			p.do("monitor")
			if listed {
				p.Line("^device alice: camera$")
			}
			p.do("unmonitor")
			p.do("probe")
			if printed := p.end(); strings.Contains(printed, "device alice") != listed {
				t.Errorf("want devices listed: %v\n%s", listed, printed)
			}
		})
	}
}

func injectAll(t *testing.T, places []place, shared *testpublisher.Publisher) {
	t.Helper()
	room := rig.Room(t)
	for _, at := range places {
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			publisher, room := shared, room
			if at.act != nil {
				publisher = rig.Publish(t, testpublisher.Config{})
				room = rig.Room(t)
			}
			identity := strings.NewReplacer(" ", "-", ":", "", "'", "").Replace(at.name)
			p := start(t, guard.Variable+"="+at.name, "GST_DEBUG=livekitsrc:6,livekitaudiosrc:6")
			element := cmp.Or(at.element, "livekitsrc")
			p.Tell("play " + element + " name=src room=" + room + " identity=" + identity + " " + at.properties + " ! fakesink sync=false")
			if !at.early && at.do != "" || at.act != nil || at.silent {
				p.Line("^picture$")
			}
			if at.act != nil {
				at.act(t, publisher)
			}
			if at.do != "" {
				p.do(at.do)
			}
			if !at.silent && !at.late {
				p.Line("^error from src: " + regexp.QuoteMeta("internal error ("+at.name+"), please report it with the log: "+
					"injected into "+at.name) + "$")
				p.Line(`internal/guard/inject_panics\.go:\d+`) // the stack
			}
			if at.do != "stop" {
				p.do("stop")
			}
			p.do("unref")
			p.end()
		})
	}
}
