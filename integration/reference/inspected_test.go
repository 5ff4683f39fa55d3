package reference

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// inspected is what gst-inspect-1.0 shows of an element, without what is of GStreamer, of this machine or of this build.
func inspected(t *testing.T, element string) string {
	t.Helper()
	cmd := exec.CommandContext(rig.Patient(t), "gst-inspect-1.0", "--no-colors", element)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LIVEKIT_") })
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("gst-inspect-1.0: %v\n%s", err, &complaints)
	}
	return ours(string(out))
}

// inherited are the properties of GstBin, GstElement and GstObject.
var inherited = []string{"async-handling", "message-forward", "name", "parent"}

func ours(text string) string {
	text = regexp.MustCompile(`(?m)^( +(Filename|Version) +).*$`).ReplaceAllString(text, "${1}…")
	for _, name := range inherited {
		text = regexp.MustCompile(`(?m)^  `+name+` +: .*\n(    .*\n)+`).ReplaceAllString(text, "")
	}
	text = regexp.MustCompile(`(?m) +$`).ReplaceAllString(text, "")
	return strings.TrimRight(text, "\n") + "\n"
}

// property is one of an element.
type property struct {
	name, blurb string
	// kind is its type with its range, such as "uint, 1 to 10000".
	kind, initial string
	values        []value
	readable      bool
	writable      bool
	// whilePlaying says that it can be set in every state.
	whilePlaying bool
}

// value is one of an enum.
type value struct{ name, meaning string }

// propertiesOf reads the properties in the text of gst-inspect-1.0.
func propertiesOf(t *testing.T, text string) (all []property) {
	t.Helper()
	_, text, _ = strings.Cut(text, "\nElement Properties:\n")
	text, _, _ = strings.Cut(text, "\nElement Signals:\n")
	begins := regexp.MustCompile(`(?m)^  ([a-z0-9-]+) *: (.*)$`).FindAllStringSubmatchIndex(text, -1)
	for i, begin := range begins {
		end := len(text)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		p := property{name: text[begin[2]:begin[3]], blurb: text[begin[4]:begin[5]]}
		p.read(t, text[begin[1]:end])
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatalf("gst-inspect-1.0 shows no properties:\n%s", text)
	}
	return all
}

// read reads the lines under a property's name and blurb.
func (p *property) read(t *testing.T, text string) {
	t.Helper()
	flags := regexp.MustCompile(`flags: (.*)`).FindString(text)
	p.readable = strings.Contains(flags, "readable")
	p.writable = strings.Contains(flags, "writable")
	p.whilePlaying = strings.Contains(flags, "PLAYING")
	find := func(expression string) string {
		match := regexp.MustCompile(expression).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("%s: no %s in %q", p.name, expression, text)
		}
		return match[1]
	}
	numbers := map[string]string{
		"Unsigned Integer64. ": "uint64", "Integer64. ": "int64", "Unsigned Integer. ": "uint", "Integer. ": "int", "Fraction. ": "fraction",
	}
	for begin, kind := range numbers {
		if strings.Contains(text, "\n                        "+begin) {
			p.kind = kind + ", " + strings.Replace(find(`Range: (.*) Default: `), " - ", " to ", 1)
			p.initial = find(`Default: (\S+)`)
			return
		}
	}
	switch {
	case strings.Contains(text, " String. "):
		p.kind = "string"
		p.initial = strings.Trim(strings.TrimPrefix(strings.TrimSuffix(find(`Default: (.*)`), " Write only"), "null"), `"`)
	case strings.Contains(text, " Boolean. "):
		p.kind, p.initial = "boolean", find(`Default: (true|false)`)
	case strings.Contains(text, " Enum "):
		p.kind, p.initial = "enum `"+find(`Enum "(.*)" `)+"`", find(`Default: -?\d+, "(.*)"`)
		for _, match := range regexp.MustCompile(`\(-?\d+\): ([a-z0-9-]+) +- (.*)`).FindAllStringSubmatch(text, -1) {
			p.values = append(p.values, value{match[1], match[2]})
		}
	case strings.Contains(text, `Boxed pointer of type "GstStructure"`):
		p.kind = "GstStructure"
	default:
		t.Fatalf("%s is of a type that the reference does not know: %q", p.name, text)
	}
}
