package devserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BinaryVariable is the environment variable that names the livekit-server program.
const BinaryVariable = "LIVEKIT_SERVER"

// FindBinary finds the livekit-server program: what $LIVEKIT_SERVER names, else build/livekit-server of the Go
// module that the working directory is in, else livekit-server in $PATH.
func FindBinary() (string, error) {
	if path := os.Getenv(BinaryVariable); path != "" {
		// Tests run in their package's directory, so a relative name means one relative to the module too.
		candidates := []string{path}
		if root, ok := ModuleRoot(); ok && !filepath.IsAbs(path) {
			candidates = append(candidates, filepath.Join(root, path))
		}
		for _, candidate := range candidates {
			if isProgram(candidate) {
				return filepath.Abs(candidate)
			}
		}
		return "", fmt.Errorf("$%s is %q, which is not a program", BinaryVariable, path)
	}
	if root, ok := ModuleRoot(); ok {
		if path := filepath.Join(root, "build", "livekit-server"); isProgram(path) {
			return path, nil
		}
	}
	if path, err := exec.LookPath("livekit-server"); err == nil {
		return filepath.Abs(path)
	}
	return "", errors.New("no livekit-server found in build/ or $PATH: run `make build`, or set $" + BinaryVariable)
}

// ModuleRoot is the nearest directory at or above the working directory that has a go.mod.
func ModuleRoot() (string, bool) {
	directory, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(directory, "go.mod")); err == nil {
			return directory, true
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			return "", false
		}
		directory = parent
	}
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
