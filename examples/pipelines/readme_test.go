package pipelines

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const root = "../.."

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section is the text under a heading, up to the next heading of the same level.
func section(t *testing.T, heading string) string {
	t.Helper()
	level := heading[:strings.Index(heading, " ")+1]
	_, text, ok := strings.Cut(readme(t), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("README.md has no heading %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n"+level)
	return text
}

// blocks are the blocks of code in a language.
func blocks(text, language string) []string {
	var all []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

// rows are the cells of a table's rows, without its head.
func rows(text string) [][]string {
	var all [][]string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		var cells []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		all = append(all, cells)
	}
	return all[1:]
}

// code is every `piece of code` in a text.
func code(text string) []string {
	var all []string
	for _, match := range regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

// TestREADMEPipelinesAreTheScripts runs both with a gst-launch-1.0 that only tells how it was called.
func TestREADMEPipelinesAreTheScripts(t *testing.T) {
	top, _, _ := strings.Cut(readme(t), "\n## ")
	commands := append(blocks(top, "sh"), blocks(section(t, "## Eight pipelines"), "sh")...)
	sound := blocks(section(t, "## Sound"), "sh")
	commands = append(commands, strings.Split(strings.TrimSpace(sound[0]), "\n")...) // one on each line
	commands = append(commands, sound[1:]...)
	scripts := [][]string{
		{"record-both.sh", "demo", "alice", "demo.mkv"},
		{"display.sh", "demo"},
		{"record.sh", "demo", "demo.mkv"},
		{"record-untouched.sh", "demo", "demo.mkv"},
		{"record-in-pieces.sh", "demo", "demo%03d.mkv", "10"},
		{"snapshot.sh", "demo", "demo.png"},
		{"side-by-side.sh", "demo", "alice", "bob", "both.mkv"},
		{"udp.sh", "demo", "127.0.0.1", "5000"},
		{"raw-rgb.sh", "demo", "640", "360"},
		{"listen.sh", "demo"},
		{"record-wav.sh", "demo", "demo.wav"},
		{"record-flac.sh", "demo", "demo.flac"},
		{"record-opus.sh", "demo", "demo.opus"},
		{"speech.sh", "demo"},
		{"record-both.sh", "demo", "alice", "demo.mkv"},
	}
	if len(commands) != len(scripts) {
		t.Fatalf("%d pipelines, want %d", len(commands), len(scripts))
	}
	for i, s := range scripts {
		want := called(t, s[0], s[1:]...)
		if got := called(t, "sh", "-euc", commands[i]); got != want {
			t.Errorf("README.md calls gst-launch-1.0 with\n%s\n%s with\n%s", got, s[0], want)
		}
	}
}

// called runs a command, or a script beside this file, in an empty folder, and returns the arguments with which it calls
// gst-launch-1.0, which here only tells them.
func called(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	bin, folder := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"gst-launch-1.0": "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$CALLED\"\n",
		"ffplay":         "#!/bin/sh\nexec cat\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if strings.HasSuffix(name, ".sh") {
		here, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.Join(here, name)
	}
	told := filepath.Join(bin, "called")
	cmd := exec.Command(name, arguments...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "CALLED="+told)
	output(t, cmd)
	text, err := os.ReadFile(told)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestREADMEGoProgramsWork(t *testing.T) {
	programs := blocks(section(t, "## Three ways to use it"), "go")
	if len(programs) != 3 {
		t.Fatalf("%d programs, want 3", len(programs))
	}
	compile := func(t *testing.T, source string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		return build(t, file)
	}
	const width, height = 320, 180
	t.Run("GoGst", func(t *testing.T) {
		binary := compile(t, programs[0])
		began := time.Now()
		publisher := rig.Publish(t, testpublisher.Config{Room: "demo", Width: width, Height: height})
		screen := newScreen(t, width, height)
		cmd := exec.Command(binary)
		cmd.Env = slices.DeleteFunc(screen.environment(), func(v string) bool { return strings.HasPrefix(v, "GST_PLUGIN_PATH=") })
		p := start(t, cmd)
		checkTime(t, screen.awaitPicture(p), began)
		publisher.Close()
		p.succeed()
	})
	t.Run("Frames", func(t *testing.T) {
		binary := compile(t, programs[1])
		publisher := rig.Publish(t, testpublisher.Config{Room: "demo", Width: width, Height: height})
		p := start(t, exec.Command(binary))
		p.await(30, fmt.Sprintf("%d %d %d ", width, height, width*height*3))
		publisher.Close()
		p.succeed()
	})
	t.Run("Sound", func(t *testing.T) { // which is part of an example that the tests of package stream run
		example, err := os.ReadFile("../../stream/example_sound_test.go")
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.ReplaceAll(string(example), "\n\t", "\n"); !strings.Contains(lines, programs[2]) {
			t.Errorf("package stream has no example with\n%s", programs[2])
		}
	})
}

// inherited are the properties that our elements have from GstBin and GstObject.
var inherited = []string{"async-handling", "message-forward", "name", "parent"}

func TestREADMEPropertiesAreTheElements(t *testing.T) {
	common := documented(section(t, "## Properties"))
	t.Run("livekitsrc", func(t *testing.T) { checkProperties(t, "livekitsrc", common) })
	t.Run("livekitaudiosrc", func(t *testing.T) {
		text := section(t, "### Properties of sound")
		first, _, _ := strings.Cut(text, "\n|")
		_, without, _ := strings.Cut(first, "without")
		all := documented(text)
		others := code(without)
		for _, p := range all {
			others = append(others, p.Name)
		}
		for _, p := range common {
			if !slices.Contains(others, p.Name) {
				all = append(all, p)
			}
		}
		checkProperties(t, "livekitaudiosrc", all)
	})
}

// checkProperties wants an element to have these properties.
func checkProperties(t *testing.T, element string, got []property) {
	t.Helper()
	cmd := exec.Command("gst-inspect-1.0", "--no-colors", element)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LIVEKIT_") })
	_, text, _ := strings.Cut(string(output(t, cmd)), "Element Properties:\n")
	var want []property
	for _, description := range regexp.MustCompile(`(?m)^  ([a-z0-9-]+) *: `).FindAllStringSubmatchIndex(text, -1) {
		name := text[description[2]:description[3]]
		if !slices.Contains(inherited, name) {
			body, _, _ := strings.Cut(text[description[1]:], "\n\n")
			if next := regexp.MustCompile(`\n  [a-z]`).FindStringIndex(body); next != nil {
				body = body[:next[0]]
			}
			want = append(want, inspected(t, name, body))
		}
	}
	if len(want) == 0 {
		t.Fatalf("gst-inspect-1.0 shows no properties:\n%s", text)
	}

	byName := func(a, b property) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(got, byName)
	slices.SortFunc(want, byName)
	if !slices.Equal(got, want) {
		t.Errorf("README.md has\n%+v\ngst-inspect-1.0 shows\n%+v", got, want)
	}
}

// documented are the properties in a table of the README.
func documented(text string) (all []property) {
	for _, cells := range rows(text) {
		p := property{Name: code(cells[0])[0], AnyTime: strings.Contains(cells[3], "*at any time*")}
		kind, _, _ := strings.Cut(cells[1], ",")
		switch {
		case strings.HasPrefix(cells[1], "enum: "):
			p.Type = "enum " + strings.Join(code(cells[1]), " ")
		case slices.Contains([]string{"uint", "int", "uint64", "int64"}, kind):
			p.Type = strings.ReplaceAll(cells[1], ",", "")
		default:
			p.Type = kind
		}
		p.WriteOnly = strings.Contains(cells[1], "write-only")
		p.ReadOnly = strings.Contains(cells[1], "read-only")
		if value := code(cells[2]); len(value) > 0 {
			p.Default = value[0]
		}
		all = append(all, p)
	}
	return all
}

// property is what both the README and gst-inspect-1.0 say about one.
type property struct {
	Name, Type, Default string
	WriteOnly, ReadOnly bool
	AnyTime             bool
}

// inspected reads gst-inspect-1.0's description of a property.
func inspected(t *testing.T, name, text string) property {
	t.Helper()
	p := property{
		Name:      name,
		WriteOnly: strings.Contains(text, "Write only"),
		ReadOnly:  !strings.Contains(text, "writable"),
		AnyTime:   strings.Contains(text, "PAUSED or PLAYING"),
	}
	find := func(expression string) []string {
		match := regexp.MustCompile(expression).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("%s: no %s in %q", name, expression, text)
		}
		return match
	}
	switch {
	case strings.Contains(text, "String. "):
		p.Type = "string"
		p.Default = strings.TrimSuffix(strings.Trim(find(`Default: (.*)`)[1], `"`), " Write only")
		if p.Default == "null" {
			p.Default = ""
		}
	case strings.Contains(text, "Unsigned Integer64. "):
		match := find(`Range: (\d+) - (\d+) Default: (\d+)`)
		p.Type, p.Default = "uint64 "+match[1]+" to "+match[2], match[3]
	case strings.Contains(text, "Integer64. "):
		match := find(`Range: (-?\d+) - (\d+) Default: (-?\d+)`)
		p.Type, p.Default = "int64 "+match[1]+" to "+match[2], match[3]
	case strings.Contains(text, "Unsigned Integer. "):
		match := find(`Range: (\d+) - (\d+) Default: (\d+)`)
		p.Type, p.Default = "uint "+match[1]+" to "+match[2], match[3]
	case strings.Contains(text, "Integer. "):
		match := find(`Range: (-?\d+) - (\d+) Default: (-?\d+)`)
		p.Type, p.Default = "int "+match[1]+" to "+match[2], match[3]
	case strings.Contains(text, "Boolean. "):
		p.Type, p.Default = "boolean", find(`Default: (true|false)`)[1]
	case strings.Contains(text, "Fraction. "):
		p.Type, p.Default = "fraction", find(`Default: (\d+/\d+)`)[1]
	case strings.Contains(text, "Enum "):
		p.Type, p.Default = "enum", find(`Default: -?\d+, "(.*)"`)[1]
		for _, value := range regexp.MustCompile(`\(-?\d+\): ([a-z0-9-]+) `).FindAllStringSubmatch(text, -1) {
			p.Type += " " + value[1]
		}
	case strings.Contains(text, `Boxed pointer of type "GstStructure"`):
		p.Type = "structure"
	default:
		t.Fatalf("%s is of another type than those in the README: %q", name, text)
	}
	return p
}

// TestREADMEKnowsTheErrors provokes every error that a wrong setting causes, and looks it up as a user would.
func TestREADMEKnowsTheErrors(t *testing.T) {
	var known []*regexp.Regexp
	for _, cells := range rows(section(t, "## Troubleshooting")) {
		parts := strings.Split(code(cells[0])[0], "…")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		known = append(known, regexp.MustCompile("^"+strings.Join(parts, ".*")))
	}
	check := func(t *testing.T, message string) {
		t.Helper()
		if !slices.ContainsFunc(known, func(e *regexp.Regexp) bool { return e.MatchString(message) }) {
			t.Errorf("README.md does not explain %q", message)
		}
	}
	for _, failure := range rig.Failures {
		t.Run(failure.Name, func(t *testing.T) {
			l := launch.Start(t, "livekitsrc "+failure.Prepare(t).Properties+" ! fakesink")
			check(t, l.Line(`^ERROR: from element [^ ]*: (.*)$`)[1])
		})
	}
	for name, pipeline := range map[string]string{
		"NoPlugin":     "livekitsource room=demo ! fakesink",
		"NoSuchFormat": "livekitsrc room=demo ! video/x-raw,format=GRAY8 ! fakesink",
	} {
		t.Run(name, func(t *testing.T) {
			check(t, launch.Start(t, pipeline).Line(`^WARNING: erroneous pipeline: (.*)$`)[1])
		})
	}
}

func TestLinksInTheDocumentsLeadSomewhere(t *testing.T) {
	documents := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range found {
			documents = append(documents, strings.TrimPrefix(name, root+"/"))
		}
	}
	if len(documents) < 9 {
		t.Errorf("only %q", documents)
	}
	for _, name := range documents {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, match := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllSubmatch(text, -1) {
			target, _, _ := bytes.Cut(match[1], []byte("#"))
			if len(target) == 0 || bytes.Contains(target, []byte("://")) {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), string(target))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
