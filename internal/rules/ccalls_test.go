package rules

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	cOrder      = regexp.MustCompile(`(?m)^ \*   (\w+\.c(?:, \w+\.c)*)$`)
	cDefinition = regexp.MustCompile(`(?m)^(gst_livekit_\w+) \(`)
	cQuark      = regexp.MustCompile(`G_DEFINE_QUARK \([\w-]+, (\w+)\)`)
	cName       = regexp.MustCompile(`\bgst_livekit_\w+`)
	cComment    = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// TestFilesInCCallOneWay: a file in C that calls another one, and is called by it, cannot be read by itself. The order of
// the files is written down in a header.
func TestFilesInCCallOneWay(t *testing.T) {
	checkCalls(t, "internal/chain/", "private.h")
	checkCalls(t, "elements/internal/base/", "private.h")
	checkCalls(t, "elements/livekitsrc/", "gstlivekitsrc.h")
	checkCalls(t, "elements/livekitaudiosrc/", "gstlivekitaudiosrc.h")
	checkCalls(t, "elements/livekitbin/", "gstlivekitbin.h")
	checkCalls(t, "elements/livekitdevices/", "gstlivekitdevices.h")
}

func checkCalls(t *testing.T, dir, header string) {
	t.Helper()
	line, definedIn, text := map[string]int{}, map[string]string{}, map[string]string{}
	for i, names := range cOrder.FindAllStringSubmatch(string(read(t, dir+header)), -1) {
		for name := range strings.SplitSeq(names[1], ", ") {
			line[name] = i
			text[name] = cComment.ReplaceAllString(string(read(t, dir+name)), "")
			for _, definition := range cDefinition.FindAllStringSubmatch(text[name], -1) {
				definedIn[definition[1]] = name
			}
			for _, quark := range cQuark.FindAllStringSubmatch(text[name], -1) {
				definedIn[quark[1]+"_quark"] = name
			}
		}
	}
	for _, name := range repositoryFiles(t) {
		if path.Dir(name)+"/" == dir && path.Ext(name) == ".c" && text[path.Base(name)] == "" {
			t.Errorf("%s is not in the order of the files that %s has", name, header)
		}
	}
	for name, source := range text {
		for _, used := range cName.FindAllString(source, -1) {
			if in := definedIn[used]; in != "" && in != name && line[in] <= line[name] {
				t.Errorf("%s calls %s of %s, which is not below it in the order of %s", name, used, in, header)
			}
		}
	}
}
