package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// guardPackage starts goroutines itself.
const guardPackage = "internal/guard"

// productFiles parses the Go files of the layers, without tests.
func productFiles(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	fset, files := token.NewFileSet(), map[string]*ast.File{}
	for _, name := range repositoryFiles(t) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if _, _, product := layerOf(module + "/" + path.Dir(name)); !product || path.Dir(name) == guardPackage {
			continue
		}
		file, err := parser.ParseFile(fset, name, read(t, name), parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	return fset, files
}

func TestGoroutinesAreGuarded(t *testing.T) {
	fset, files := productFiles(t)
	const why = "a panic there ends the host: start it with guard.Go, which recovers and tells who has something to fail"
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s: a go statement: %s", fset.Position(n.Pos()), why)
			case *ast.CallExpr:
				called, ok := n.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				switch called.Sel.Name {
				case "Go":
					if !isGuard(called) {
						t.Errorf("%s: a method Go: %s", fset.Position(n.Pos()), why)
					}
				case "AfterFunc":
					if !callsGuard(n.Args[1], "Func") {
						t.Errorf("%s: AfterFunc calls on a goroutine of its own, and a panic there ends the host: give it a guard.Func",
							fset.Position(n.Pos()))
					}
				}
			}
			return true
		})
	}
}

// TestWhatOthersCallIsGuarded looks at what begins in somebody else's code: functions that C calls, callbacks in a literal of
// one of these types or given to one of these functions, and methods of which the comment says that they implement an
// interface of another module that calls them.
func TestWhatOthersCallIsGuarded(t *testing.T) {
	types := []string{"RoomCallback", "ParticipantCallback", "ClientTrace"}
	takers := []string{"hook", "OnRTCP", "OnClose", "RTPReaderFunc", "RTCPReaderFunc", "OnTrack", "OnICEConnectionStateChange"}
	interfaces := []string{"interceptor.Interceptor", "interceptor.Factory", "signalling.Signalling"}
	const why = "a panic there ends the host: begin it with guard.Do, or a function that does"
	fset, files := productFiles(t)
	guards := guardingFunctions(files)
	guarded := func(file string, n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				found = found || callsGuard(call, "") || guards[path.Dir(file)][calledName(call)]
			}
			return !found
		})
		return found
	}
	check := func(file string, n ast.Node) {
		if _, ok := n.(*ast.BasicLit); !ok && !guarded(file, n) {
			t.Errorf("%s: %s", fset.Position(n.Pos()), why)
		}
	}
	exported := 0
	for name, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				comment := n.Doc.Text()
				implements := slices.ContainsFunc(interfaces, func(i string) bool { return strings.Contains(comment, "implements "+i) })
				if implements || isExport(n) {
					check(name, n.Body)
				}
				if isExport(n) {
					exported++
					checkExport(t, fset, n, guards[path.Dir(name)])
				}
			case *ast.CompositeLit:
				if called, ok := n.Type.(*ast.SelectorExpr); ok && slices.Contains(types, called.Sel.Name) {
					for _, element := range n.Elts {
						value := element.(*ast.KeyValueExpr).Value
						if _, nested := value.(*ast.CompositeLit); !nested {
							checkCallback(t, fset, file, value, guarded, name, why)
						}
					}
				}
			case *ast.CallExpr:
				if slices.Contains(takers, calledName(n)) {
					for _, argument := range n.Args {
						if literal, ok := argument.(*ast.FuncLit); ok {
							check(name, literal)
						}
					}
				}
			}
			return true
		})
	}
	if exported == 0 {
		t.Error("no function is exported to C: the rule would hold for nothing")
	}
}

// checkCallback takes a call of package guard, a function literal with one in it, or one that only calls a variable of
// the same file which guard.Func or a guarded literal was assigned to.
func checkCallback(
	t *testing.T, fset *token.FileSet, file *ast.File, value ast.Expr,
	guarded func(string, ast.Node) bool, name, why string,
) {
	t.Helper()
	if guarded(name, value) {
		return
	}
	called := ""
	ast.Inspect(value, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && called == "" {
			called = calledName(call)
		}
		return true
	})
	fine := false
	ast.Inspect(file, func(n ast.Node) bool {
		if assigned, ok := n.(*ast.AssignStmt); ok && len(assigned.Lhs) == 1 {
			if variable, ok := assigned.Lhs[0].(*ast.Ident); ok && variable.Name == called {
				fine = fine || guarded(name, assigned.Rhs[0])
			}
		}
		return true
	})
	if !fine {
		t.Errorf("%s: %s", fset.Position(value.Pos()), why)
	}
}

// checkExport sees to it that nothing of an exported function is outside what is guarded.
func checkExport(t *testing.T, fset *token.FileSet, f *ast.FuncDecl, guards map[string]bool) {
	t.Helper()
	for _, statement := range f.Body.List {
		switch s := statement.(type) {
		case *ast.ExprStmt:
			if call, ok := s.X.(*ast.CallExpr); ok && (callsGuard(call, "Do") || guards[calledName(call)]) {
				continue
			}
		case *ast.ReturnStmt, *ast.AssignStmt: // of values
			continue
		}
		t.Errorf("%s: C calls this function, and a panic in it ends the host: it may have nothing but calls of guard.Do, "+
			"or of a function that does, and a result", fset.Position(statement.Pos()))
	}
}

// guardingFunctions are, by directory, those functions that call guard.Do with a place that they were given, and those
// that are nothing else than a call of it.
func guardingFunctions(files map[string]*ast.File) map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for name, file := range files {
		dir := path.Dir(name)
		if all[dir] == nil {
			all[dir] = map[string]bool{}
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && (takesPlace(f) || isGuarded(f)) {
				all[dir][f.Name.Name] = true
			}
		}
	}
	return all
}

func takesPlace(f *ast.FuncDecl) bool {
	parameters := f.Type.Params.List
	return len(parameters) > 0 && len(parameters[0].Names) > 0 && parameters[0].Names[0].Name == "place"
}

func isGuarded(f *ast.FuncDecl) bool {
	if f.Body == nil || len(f.Body.List) != 1 {
		return false
	}
	statement, ok := f.Body.List[0].(*ast.ExprStmt)
	return ok && callsGuard(statement.X, "Do")
}

// guardedPlaces are the names of the places, with where each is. It fails when two have the same.
func guardedPlaces(t *testing.T) map[string]token.Position {
	t.Helper()
	fset, files := productFiles(t)
	guards := guardingFunctions(files)
	seen := map[string]token.Position{}
	for name, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !callsGuard(call, "") && !guards[path.Dir(name)][calledName(call)] {
				return true
			}
			for _, argument := range call.Args {
				literal, ok := argument.(*ast.BasicLit)
				if !ok {
					continue
				}
				place, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				if at, twice := seen[place]; twice {
					t.Errorf("%s: the place %q is at %s too: a test names the one that is to panic", fset.Position(call.Pos()), place, at)
				}
				seen[place] = fset.Position(call.Pos())
			}
			return true
		})
	}
	return seen
}

func TestPlacesHaveNamesOfTheirOwn(t *testing.T) {
	if len(guardedPlaces(t)) == 0 {
		t.Error("there is no place: the rule would hold for nothing")
	}
}

func isGuard(called *ast.SelectorExpr) bool {
	x, ok := called.X.(*ast.Ident)
	return ok && x.Name == "guard"
}

// callsGuard says whether n is a call of that function of package guard, or of any that has a place.
func callsGuard(n ast.Node, function string) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	called, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !isGuard(called) {
		return false
	}
	if function == "" {
		return slices.Contains([]string{"Do", "Go", "Func"}, called.Sel.Name)
	}
	return called.Sel.Name == function
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func isExport(f *ast.FuncDecl) bool {
	return f.Doc != nil && slices.ContainsFunc(f.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//export ") })
}

// TestEachPlaceIsMadeToPanic looks for the name of each place in the tests that are built with the tag panics.
func TestEachPlaceIsMadeToPanic(t *testing.T) {
	var tests strings.Builder
	for _, name := range repositoryFiles(t) {
		if path.Base(name) == "panics_test.go" {
			tests.Write(read(t, name))
		}
	}
	for place, at := range guardedPlaces(t) {
		if !strings.Contains(tests.String(), strconv.Quote(place)) {
			t.Errorf("%s: no panics_test.go has the place %q panic: who knows what the host sees then?", at, place)
		}
	}
}
