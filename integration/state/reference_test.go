package state

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// table is the cells of the rows of the table in docs/reference/messages.md whose head begins with this word.
func table(t *testing.T, head string) [][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/reference/messages.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), "\n| "+head+" |")
	if !ok {
		t.Fatalf("docs/reference/messages.md has no table of %ss", head)
	}
	var all [][]string
	for _, line := range strings.Split(after, "\n")[2:] { // behind the head and the line under it
		if !strings.HasPrefix(line, "|") {
			return all
		}
		var cells []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		all = append(all, cells)
	}
	return all
}

// code is every `piece of code` in a text that stands before a colon, a comma or an end.
var code = regexp.MustCompile("`([a-z-]+)`")

func firstCode(cell string) string { return code.FindStringSubmatch(cell)[1] }

func TestReferenceKnowsTheSignals(t *testing.T) {
	var got, want []play.Signal
	for _, cells := range table(t, "signal") {
		arguments := 0
		if cells[1] != "" {
			arguments = strings.Count(cells[1], ",") + 1
		}
		got = append(got, play.Signal{Name: firstCode(cells[0]), Arguments: arguments})
	}
	if want = play.Signals(newSource(t)); !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("docs/reference/messages.md has %v, the element %v", got, want)
	}
}

// TestReferenceKnowsTheMessagesAndTheStats has a run in which everything is known.
func TestReferenceKnowsTheMessagesAndTheStats(t *testing.T) {
	t.Parallel()
	publisher := rig.Publish(t, testpublisher.Config{})
	p := start(t, "")
	p.Frame()
	if err := publisher.SetMuted(true); err != nil {
		t.Fatal(err)
	}
	awaitMessage(t, p, "livekit-muted", "muted", "true")
	if err := publisher.SetMuted(false); err != nil {
		t.Fatal(err)
	}
	stats := play.StructureOf(t, p.Element("src"), "stats")
	for patient := rig.Patient(t); stats.Text("latency") == "" && patient.Err() == nil; { // until a sender report
		p.Frame()
		stats = play.StructureOf(t, p.Element("src"), "stats")
	}

	types := fieldTypes(t, "field")
	delete(types, "skew") // there is no sound
	have := map[string]string{}
	for name, value := range stats.Fields {
		have[name] = value.Type
	}
	if !maps.Equal(types, have) {
		t.Errorf("docs/reference/messages.md has %v, stats %v", types, have)
	}

	fields := messageFields(t, "message")
	sent := map[string][]string{}
	for _, m := range p.Said(gst.MessageElement) {
		sent[m.Name] = m.Structure.Names
	}
	for name := range fields {
		if !slices.Equal(fields[name], sent[name]) {
			t.Errorf("docs/reference/messages.md says that %s has %q, it has %q", name, fields[name], sent[name])
		}
	}
	if len(fields) != len(sent) {
		t.Errorf("docs/reference/messages.md has %d messages, sent are %v", len(fields), sent)
	}
}

// fieldTypes are the types of a table's fields of stats, as GObject names them.
func fieldTypes(t *testing.T, head string) map[string]string {
	t.Helper()
	types := map[string]string{}
	for _, cells := range table(t, head) {
		name, _, _ := strings.Cut(cells[1], ",")
		types[firstCode(cells[0])] = map[string]string{
			"uint64": "guint64", "int64": "gint64", "int": "gint", "string": "gchararray",
		}[name]
	}
	return types
}

// messageFields are the fields of a table's messages.
func messageFields(t *testing.T, head string) map[string][]string {
	t.Helper()
	fields := map[string][]string{}
	for _, cells := range table(t, head) {
		name := firstCode(cells[0])
		for _, group := range strings.Split(cells[1], ";") {
			names, _, _ := strings.Cut(group, ":")
			for _, match := range code.FindAllStringSubmatch(names, -1) {
				fields[name] = append(fields[name], match[1])
			}
		}
	}
	return fields
}
