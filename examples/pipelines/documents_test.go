package pipelines

import (
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

// document is the text of a file, such as README.md.
func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section is the text under a heading of README, up to the next heading of the same level.
func section(t *testing.T, heading string) string {
	t.Helper()
	level := heading[:strings.Index(heading, " ")+1]
	_, text, ok := strings.Cut(document(t, "README.md"), "\n"+heading+"\n")
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
	top, _, _ := strings.Cut(document(t, "README.md"), "\n## ")
	commands := append(blocks(top, "sh"), blocks(section(t, "## Six pipelines"), "sh")...)
	scripts := [][]string{
		{"record-both.sh", "demo", "alice", "demo.mkv"},
		{"display.sh", "demo"},
		{"listen.sh", "demo"},
		{"record-untouched.sh", "demo", "demo.mkv"},
		{"record.sh", "demo", "demo.mkv"},
		{"snapshot.sh", "demo", "demo.png"},
		{"speech.sh", "demo"},
	}
	if len(commands) != len(scripts) {
		t.Fatalf("%d pipelines, want %d", len(commands), len(scripts))
	}
	for i, s := range scripts {
		want := called(t, s[0], s[1:]...)
		if got := called(t, "sh", "-euc", commands[i]); got != want {
			t.Errorf("the documentation calls gst-launch-1.0 with\n%s\n%s with\n%s", got, s[0], want)
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

func TestDocumentedGoProgramsWork(t *testing.T) {
	programs := blocks(document(t, "docs/guide/go.md"), "go")
	if len(programs) != 3 {
		t.Fatalf("%d programs, want 3", len(programs))
	}
	parts := blocks(section(t, "## Three ways to use it"), "go")
	if len(parts) != 2 || !strings.Contains(programs[0], parts[0]) || !strings.Contains(programs[1], parts[1]) {
		t.Errorf("README.md does not show a part of each program, but %q", parts)
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

// TestErrorsAreExplained provokes every error that a wrong setting causes, and looks it up as a user would.
func TestErrorsAreExplained(t *testing.T) {
	var known []*regexp.Regexp
	for _, cells := range rows(document(t, "docs/troubleshooting.md")) {
		parts := strings.Split(code(cells[0])[0], "…")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		known = append(known, regexp.MustCompile("^"+strings.Join(parts, ".*")))
	}
	check := func(t *testing.T, message string) {
		t.Helper()
		if !slices.ContainsFunc(known, func(e *regexp.Regexp) bool { return e.MatchString(message) }) {
			t.Errorf("docs/troubleshooting.md does not explain %q", message)
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
