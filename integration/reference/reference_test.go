package reference

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestReferenceIsWhatThePluginSays compares docs/reference with the plugin. make reference writes it.
func TestReferenceIsWhatThePluginSays(t *testing.T) {
	for _, element := range []string{"livekitsrc", "livekitaudiosrc", "livekitbin"} {
		t.Run(element, func(t *testing.T) {
			compare(t, "../../docs/reference/"+element+".md", page(t, element, inspected(t, element)))
		})
	}
}

// page is an element's page of the reference.
func page(t *testing.T, element, text string) string {
	t.Helper()
	detail := func(name string) string {
		match := regexp.MustCompile(`(?m)^  ` + name + ` +(.*)$`).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("gst-inspect-1.0 shows no %s:\n%s", name, text)
		}
		return match[1]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n<!-- Made from the plugin by: make reference -->\n\n%s. Rank: %s. Class: `%s`.\n\n",
		element, detail("Description"), detail("Rank"), detail("Klass"))
	b.WriteString("Signals, messages on the bus and statistics are in [messages.md](messages.md).\n\n## Pads\n\n```\n")
	b.WriteString(pads(text))
	b.WriteString("```\n\n## Properties\n\n" +
		"A property that is changed in PLAYING takes effect at once. All others are set in NULL or READY.\n")
	for _, p := range propertiesOf(t, text) {
		b.WriteString(p.section())
	}
	return b.String()
}

// pads is what gst-inspect-1.0 shows of the pad templates, without the memories of hardware, which differ in nothing else.
func pads(text string) string {
	_, text, _ = strings.Cut(text, "\nPad Templates:\n")
	text, _, _ = strings.Cut(text, "\n\nElement has no")
	return regexp.MustCompile(`(?m)^( +video/x-raw\(memory:\w+\))\n(?:  +(?:width|height|framerate): .*\n)+`).ReplaceAllString(text+"\n", "$1\n")
}

// section is what the reference says of a property.
func (p property) section() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n%s", p.name, p.kind)
	if p.initial != "" {
		fmt.Fprintf(&b, ", default `%s`", p.initial)
	}
	switch {
	case !p.writable:
		b.WriteString(". Read only")
	case !p.readable:
		b.WriteString(". Write only")
	}
	if p.whilePlaying {
		b.WriteString(". Can be changed in PLAYING")
	}
	fmt.Fprintf(&b, ".\n\n%s.\n", strings.TrimSuffix(p.blurb, "."))
	if len(p.values) > 0 {
		b.WriteString("\n")
	}
	for _, v := range p.values {
		fmt.Fprintf(&b, "- `%s`: %s\n", v.name, v.meaning)
	}
	return b.String()
}
