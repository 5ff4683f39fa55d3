package rig

import (
	"os/exec"
	"strings"
	"testing"
)

// Probe reads the video of a file with ffprobe, which must have nothing to complain of, and returns a line for each of the
// entries, as in ffprobe's -show_entries, with commas between its fields.
func Probe(t testing.TB, file, entries string) []string {
	t.Helper()
	var complaints strings.Builder
	command := exec.CommandContext(Patient(t), "ffprobe", "-v", "warning", "-select_streams", "v:0",
		"-show_entries", entries, "-of", "csv=p=0", file)
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		t.Errorf("ffprobe %s: %v\n%s", entries, err, &complaints)
	}
	return strings.Fields(string(out))
}
