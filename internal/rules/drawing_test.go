package rules

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "draw the packages again, instead of checking the drawing")

// drawing is where the drawing of the packages stands.
var drawing = filepath.Join(root, "docs", "packages.md")

// draw draws the product's packages, each layer a row, and which of them imports which. Who imports a package that another
// import of its own leads to anyway is left out, as are guard and caps, which most have.
func draw(all map[string]goPackage) string {
	short := func(path string) string { return strings.TrimPrefix(path, module+"/") }
	imports := map[string]map[string]bool{}
	for path, p := range all {
		if _, _, ok := layerOf(path); !ok {
			continue
		}
		imports[path] = map[string]bool{}
		for _, to := range p.Imports {
			if _, _, ok := layerOf(to); ok && short(to) != "internal/guard" && short(to) != "caps" {
				imports[path][to] = true
			}
		}
	}
	var reaches func(from, to string) bool
	reaches = func(from, to string) bool {
		for next := range imports[from] {
			if next == to || reaches(next, to) {
				return true
			}
		}
		return false
	}
	var b strings.Builder
	b.WriteString("# The packages\n\n" +
		"An arrow is an import. Left out are imports that other arrows imply, and those of `caps` and `internal/guard`, which most " +
		"packages import.\n[CONTRIBUTING.md](../CONTRIBUTING.md) says what each package is for. " +
		"`go test ./internal/rules -run Drawing -update` draws this page from the imports.\n\n" +
		"```mermaid\nflowchart TD\n")
	for number, names := range layers {
		fmt.Fprintf(&b, "  subgraph layer%d[\" \"]\n    direction LR\n", number)
		for _, name := range names {
			fmt.Fprintf(&b, "    %s[\"%s\"]\n", node(name), name)
		}
		b.WriteString("  end\n")
	}
	for _, from := range slices.Sorted(maps.Keys(imports)) {
		for _, to := range slices.Sorted(maps.Keys(imports[from])) {
			leads := false
			for next := range imports[from] {
				leads = leads || next != to && reaches(next, to)
			}
			if !leads {
				fmt.Fprintf(&b, "  %s --> %s\n", node(short(from)), node(short(to)))
			}
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// node is a package's name in the drawing's language.
func node(name string) string { return strings.NewReplacer("/", "_", "internal/", "").Replace(name) }

func TestDrawingOfThePackagesIsUpToDate(t *testing.T) {
	want := draw(packages(t))
	if *update {
		if err := os.WriteFile(drawing, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(drawing)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("docs/packages.md is not what the imports are now; draw it again: go test ./internal/rules -run Drawing -update")
	}
}
