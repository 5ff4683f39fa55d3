package guest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestNothingIsLoggedOfAFreedElement frees an element while it reconnects. It has a connection of its own, which has ended with it.
func TestNothingIsLoggedOfAFreedElement(t *testing.T) {
	t.Parallel()
	server := rig.StartServer(t, devserver.Options{})
	rig.PublishAt(t, server, testpublisher.Config{})
	p := start(t, append(server.Environment(), "GST_DEBUG=livekitsrc:7")...)
	p.do("play livekitsrc name=src shared=false room=" + rig.Room(t) + " ! fakesink sync=false")
	p.Line("^picture$")
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	p.Line(`state=\(string\)reconnecting`)
	p.do("stop")
	p.do("unref")
	if err := server.Thaw(); err != nil {
		t.Fatal(err)
	}
	printed := p.end()
	_, after, freed := strings.Cut(printed, "\nok unref\n")
	if !freed {
		t.Fatalf("it was not freed:\n%s", printed)
	}
	if strings.Contains(printed, "log of a freed element") || regexp.MustCompile(`element=src( |\n|$)`).MatchString(after) {
		t.Errorf("something is logged of an element that was freed:\n%s", printed)
	}
}
