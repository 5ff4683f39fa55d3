package state

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// events are what an element has told by notifications and signals, in one order.
type events struct {
	t    *testing.T
	mu   sync.Mutex
	all  []string
	more chan struct{} // closed at the next add
}

// listen hears the element's own notifications and signals.
func listen(t *testing.T, element *gst.Element) *events {
	t.Helper()
	e := &events{t: t, more: make(chan struct{})}
	connect := func(signal string, handler any) {
		if _, err := element.Connect(signal, handler); err != nil {
			t.Fatal(err)
		}
	}
	connect("notify::connection-state", func(self *gst.Element) {
		e.add("connection-state " + play.NickOf(self, "connection-state"))
	})
	for _, property := range []string{"participant-info", "track-info"} {
		connect("notify::"+property, func(self *gst.Element) {
			e.add(fmt.Sprintf("%s %s", property, play.StructureOf(t, self, property).Text("sid")))
		})
	}
	for _, signal := range []string{"track-subscribed", "track-lost"} {
		connect(signal, func(_ *gst.Element, participant, sid string) { e.add(signal + " " + participant + " " + sid) })
	}
	return e
}

func (e *events) add(event string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
	close(e.more)
	e.more = make(chan struct{})
}

func (e *events) look() ([]string, <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.all), e.more
}

// await waits until enough reports true of all events.
func (e *events) await(what string, enough func(all []string) bool) []string {
	e.t.Helper()
	patient := rig.Patient(e.t)
	for {
		all, more := e.look()
		if enough(all) {
			return all
		}
		select {
		case <-more:
		case <-patient.Done():
			e.t.Fatalf("no %s within %v; events:\n%s", what, rig.Patience, strings.Join(all, "\n"))
		}
	}
}

// awaitEvent waits until this has been told.
func (e *events) awaitEvent(event string) {
	e.t.Helper()
	e.await(event, func(all []string) bool { return slices.Contains(all, event) })
}

// check compares what was told with what is wanted, where an info of the same sid as before does not count: a participant
// has other things that change.
func (e *events) check(want ...string) {
	e.t.Helper()
	all, _ := e.look()
	last := map[string]string{}
	got := slices.DeleteFunc(all, func(event string) bool {
		kind, _, _ := strings.Cut(event, " ")
		same := last[kind] == event
		last[kind] = event
		return same && strings.HasSuffix(kind, "-info")
	})
	if !slices.Equal(got, want) {
		e.t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
