package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers is the module from top to bottom. A package imports from the layers under its own, and never from beside it.
var layers = [][]string{
	{"plugin"},
	{"elements/livekitbin"},
	{"elements/livekitsrc", "elements/livekitaudiosrc", "elements/livekitdevices"},
	{"elements/internal/base"},
	{"stream"},
	{"internal/engine", "internal/application"},
	{"internal/playout"},
	{"internal/room", "internal/assemble/video", "internal/assemble/audio", "internal/e2ee", "internal/chain", "internal/convert"},
	{"internal/assemble", "internal/rtp", "internal/mediaclock", "internal/sdk", "internal/subscriber", "internal/sound"},
	{"internal/signal"},
	{"caps", "internal/guard", "internal/picture", "internal/broadcast", "internal/redact"},
}

// rule says that the packages from do not import the packages to.
type rule struct {
	from, to []string
	why      string
}

// unreachable is what a package must not import, neither itself nor through another one.
var unreachable = []rule{
	{
		from: slices.Concat(layers...),
		to:   []string{"github.com/go-gst"},
		why:  "an application with go-gst would hold two copies of it, which register the same boxed types and abort (ADR 0001)",
	},
	{
		from: []string{"internal/chain", "caps"},
		to:   []string{"github.com/livekit", "github.com/pion"},
		why:  "what crosses the border to GStreamer is an access unit: nothing behind it knows LiveKit or RTP",
	},
	{
		from: []string{"plugin", "elements", "internal/engine", "internal/room", "internal/subscriber"},
		to:   []string{module + "/internal/application", module + "/internal/sdk"},
		why:  "the SDK is for applications that joined a room with it; a plugin has no use for it (ADR 0022)",
	},
	{
		from: slices.Concat(layers...),
		to:   []string{module + "/internal/testkit"},
		why:  "it is for tests and the demo",
	},
}

// direct is what a package must not import itself.
var direct = []rule{
	{
		from: []string{"internal/room", "internal/rtp", "internal/mediaclock", "internal/assemble", "internal/e2ee", "caps"},
		to:   []string{"C"},
		why:  "this side of the border is Go alone; what touches GStreamer is internal/chain and elements",
	},
	{
		from: []string{"elements", "plugin"},
		to:   []string{"github.com/livekit/server-sdk-go", "github.com/pion"},
		why:  "LiveKit and RTP are reached through internal/engine and internal/room",
	},
	{
		from: []string{"stream", "internal/engine", "internal/room", "internal/rtp", "internal/mediaclock", "internal/assemble", "internal/e2ee"},
		to:   []string{"unsafe"},
		why:  "what reaches into other people's memory is internal/sdk, and what crosses the border to C",
	},
	{
		from: []string{"plugin"},
		to:   []string{module + "/stream", module + "/internal", module + "/caps"},
		why:  "plugin only says that the Go runtime is its own; what it registers is in elements",
	},
	{
		from: slices.Concat(layers...),
		to:   []string{"log"},
		why:  "a library logs to the *slog.Logger that it was given, and is silent without one",
	},
}

type goPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// packages is every package of the module and whatever it is linked from, without tests.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = root
	var stderr bytes.Buffer
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	all := map[string]goPackage{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("output of go list: %v", err)
		}
		all[p.ImportPath] = p
	}
}

// under says whether path is the package base or inside it; "log" stands for itself alone. Major versions of a module, as in server-sdk-go/v2, are inside.
func under(path, base string) bool {
	return path == base || base != "log" && strings.HasPrefix(path, base+"/")
}

// layerOf gives the layer's number and the name that layers has for it.
func layerOf(path string) (int, string, bool) {
	for number, names := range layers {
		for _, name := range names {
			if under(path, module+"/"+name) {
				return number, name, true
			}
		}
	}
	return 0, "", false
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		from, fromName, ok := layerOf(p.ImportPath)
		if !ok {
			continue
		}
		for _, imported := range p.Imports {
			if !under(imported, module) {
				continue
			}
			to, toName, ok := layerOf(imported)
			switch {
			case !ok:
				t.Errorf("%s imports %s, which has no layer: give it one in this test", p.ImportPath, imported)
			case toName != fromName && to <= from:
				t.Errorf("%s imports %s: imports run one way, from the first of these layers to the last, so that each part can be "+
					"read and tested without those above and beside it: %v", p.ImportPath, imported, layers)
			}
		}
	}
}

func TestImportsKeepToTheirSide(t *testing.T) {
	all := packages(t)
	for _, rule := range direct {
		for _, p := range all {
			if !isAnyOf(p.ImportPath, rule.from) {
				continue
			}
			for _, imported := range p.Imports {
				if slices.ContainsFunc(rule.to, func(to string) bool { return under(imported, to) }) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, rule.why)
				}
			}
		}
	}
	for _, rule := range unreachable {
		for _, p := range all {
			if !isAnyOf(p.ImportPath, rule.from) {
				continue
			}
			if chain := shortestChain(all, p.ImportPath, rule.to); chain != nil {
				t.Errorf("%s: %s", strings.Join(chain, " -> "), rule.why)
			}
		}
	}
}

// TestUnitTestsCompileQuickly: go-gst takes minutes to compile, so tests that use it stand in integration and examples.
func TestUnitTestsCompileQuickly(t *testing.T) {
	for _, p := range packages(t) {
		if !under(p.ImportPath, module+"/internal") && !isAnyOf(p.ImportPath, slices.Concat(layers...)) {
			continue
		}
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if under(imported, "github.com/go-gst") {
				t.Errorf("a test of %s imports %s, which takes minutes to compile: it belongs to integration/", p.ImportPath, imported)
			}
		}
	}
}

func TestEveryLayerExists(t *testing.T) {
	all := packages(t)
	for _, name := range slices.Concat(layers...) {
		if _, ok := all[module+"/"+name]; !ok {
			t.Errorf("there is no package %s: the rules about it would hold for nothing", name)
		}
	}
}

func isAnyOf(importPath string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return under(importPath, module+"/"+name) })
}

// shortestChain is the shortest way along imports from a package to one that is under any of targets, or nil.
func shortestChain(all map[string]goPackage, from string, targets []string) []string {
	parent := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if slices.ContainsFunc(targets, func(target string) bool { return under(at, target) }) {
			var chain []string
			for ; at != ""; at = parent[at] {
				chain = append(chain, at)
			}
			slices.Reverse(chain)
			return chain
		}
		for _, next := range all[at].Imports {
			if _, seen := parent[next]; !seen {
				parent[next] = at
				queue = append(queue, next)
			}
		}
	}
	return nil
}
