package rules

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const maxLines = 600

func TestFilesAreShortEnoughToRead(t *testing.T) {
	for _, name := range repositoryFiles(t) {
		if !slices.Contains([]string{".go", ".c", ".h", ".sh"}, path.Ext(name)) {
			continue
		}
		if lines := bytes.Count(read(t, name), []byte("\n")); lines > maxLines {
			t.Errorf("%s has %d lines, more than %d: a file is named for one noun; this one has room for two", name, lines, maxLines)
		}
	}
}

// foreign is what belongs to one machine or one network. The pieces are joined here so that this file passes its own test.
var foreign = regexp.MustCompile(strings.Join([]string{
	`(^|[^\w.~/}-])/` + `(work|root)/`,
	`\b(proxy|sum)\.` + `golang\.org`,
	`\b(deb|security|snapshot|ftp)\.` + `debian\.org`,
	`\bregistry\.` + `(npmjs\.org|yarnpkg\.com)`,
	`\b(pypi|files\.pythonhosted)\.` + `org`,
	`\b(static|index)\.` + `crates\.io`,
	`\bdeb\.` + `nodesource\.com`,
}, "|"))

func TestNothingNamesAMachineOrARegistry(t *testing.T) {
	for _, name := range repositoryFiles(t) {
		text := read(t, name)
		if isBinary(text) {
			continue
		}
		for number, line := range strings.Split(string(text), "\n") {
			if found := foreign.FindString(line); found != "" {
				t.Errorf("%s:%d: %q: the sources hold for every machine; which registry or mirror it uses is its user's choice",
					name, number+1, found)
			}
		}
	}
}

func TestForeignNames(t *testing.T) {
	for text, want := range map[string]bool{
		"GOPROXY=https://proxy." + "golang.org": true,
		"cd /work" + "/main":                    true,
		"\"/root" + "/go\"":                     true,
		"/work" + "/x":                          true,
		"golang.org/x/net":                      false,
		"https://go.dev/doc/install":            false,
		"$dir/work" + "/x":                      false,
		"https://github.com/work" + "/x":        false,
	} {
		if got := foreign.MatchString(text); got != want {
			t.Errorf("%q: found %v, want %v", text, got, want)
		}
	}
}

func TestScriptsNameTheirShell(t *testing.T) {
	for _, name := range repositoryFiles(t) {
		if path.Ext(name) != ".sh" {
			continue
		}
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(read(t, name)), "\n")
		executable := info.Mode()&0o100 != 0
		switch {
		case strings.HasPrefix(first, "#!") && !executable:
			t.Errorf("%s has an interpreter and is not executable", name)
		case !strings.HasPrefix(first, "#!") && !strings.HasPrefix(first, "# shellcheck shell="):
			t.Errorf("%s names neither its interpreter nor, if it is to be sourced, its shell for shellcheck", name)
		}
	}
}
