// Package state tests what livekitsrc and livekitaudiosrc tell an application: properties that follow the run, signals, messages and
// counts; and how an application tells them, or livekitbin and what plays it, in one address what to play. The program links the
// elements.
package state

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/elements/livekitbin"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestMain(m *testing.M) { play.Main(m, goleak.Find, livekitbin.Register) }

// parse makes a pipeline of the test's room.
func parse(t *testing.T, properties string) *play.Pipeline {
	t.Helper()
	return play.Parse(t, "livekitsrc name=src room="+rig.Room(t)+" "+properties+play.Sink)
}

// start plays it.
func start(t *testing.T, properties string) *play.Pipeline {
	t.Helper()
	p := parse(t, properties)
	p.Play()
	return p
}

// awaitMessage waits for the next element message of this name whose field has this text.
func awaitMessage(t *testing.T, p *play.Pipeline, name, field, text string) play.Message {
	t.Helper()
	return p.Await(name+" with "+field+"="+text, func(m play.Message) bool {
		return m.Name == name && m.Structure.Text(field) == text
	})
}
