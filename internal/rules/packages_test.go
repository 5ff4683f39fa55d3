package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// source is what the syntax of one directory's Go files shows.
type source struct {
	documented bool
	tested     bool
	goroutine  string // where one is started, or empty
	testMain   string // the file of TestMain, or empty
	leakCheck  bool   // that file uses goleak
}

// sources parses every directory with Go files. The two packages of a directory with external tests count as one.
func sources(t *testing.T) map[string]source {
	t.Helper()
	all := map[string]source{}
	fset := token.NewFileSet()
	for _, name := range repositoryFiles(t) {
		if path.Ext(name) != ".go" || slices.Contains(strings.Split(name, "/"), "testdata") {
			continue
		}
		file, err := parser.ParseFile(fset, name, read(t, name), parser.ParseComments)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		s := all[path.Dir(name)]
		if strings.HasSuffix(name, "_test.go") {
			s.tested = true
			if declares(file, "TestMain") {
				s.testMain = name
				s.leakCheck = imports(file, "go.uber.org/goleak")
			}
		} else if file.Doc != nil {
			s.documented = true
		}
		if start := startsGoroutine(file); start.IsValid() && s.goroutine == "" {
			s.goroutine = fset.Position(start).String()
		}
		all[path.Dir(name)] = s
	}
	return all
}

func TestEveryPackageHasADocComment(t *testing.T) {
	for dir, s := range sources(t) {
		if !s.documented && !onlyTests(t, dir) {
			t.Errorf("%s: no file has a package comment: what is this package, and what is it not?", dir)
		}
	}
}

// onlyTests says whether a directory holds nothing but tests, as integration/ may: godoc shows no comment there.
func onlyTests(t *testing.T, dir string) bool {
	t.Helper()
	for _, name := range repositoryFiles(t) {
		if path.Dir(name) == dir && path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") {
			return false
		}
	}
	return true
}

func TestGoroutinesAreCheckedForLeaks(t *testing.T) {
	for dir, s := range sources(t) {
		if dir == "tools" || strings.HasPrefix(dir, "tools/") { // a module of its own
			continue
		}
		switch {
		case s.testMain != "" && !s.leakCheck:
			t.Errorf("%s: TestMain does not use goleak: whoever starts a goroutine stops it and waits, and that is how it is known",
				s.testMain)
		case s.tested && s.goroutine != "" && s.testMain == "":
			t.Errorf("%s starts a goroutine (%s), and its tests have no TestMain with goleak.VerifyTestMain", dir, s.goroutine)
		}
	}
}

func declares(file *ast.File, function string) bool {
	return slices.ContainsFunc(file.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Recv == nil && f.Name.Name == function
	})
}

func imports(file *ast.File, path string) bool {
	return slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"`+path+`"` })
}

// startsGoroutine finds a go statement, or a call of a method Go with one function, as of sync.WaitGroup and errgroup.Group.
func startsGoroutine(file *ast.File) token.Pos {
	var found token.Pos
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = n.Pos()
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			if ok && method.Sel.Name == "Go" && len(n.Args) == 1 {
				found = n.Pos()
			}
		}
		return !found.IsValid()
	})
	return found
}
