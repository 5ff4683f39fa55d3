package main

import "path/filepath"

// hasSpeakers tells whether there is something to play sound with: a sound server that answers, or a device of ALSA in a
// directory, which is /dev/snd except in tests. getenv is os.Getenv, except in tests.
func hasSpeakers(getenv func(string) string, devices string) bool {
	directory := getenv("PULSE_RUNTIME_PATH")
	if directory == "" && getenv("XDG_RUNTIME_DIR") != "" {
		directory = filepath.Join(getenv("XDG_RUNTIME_DIR"), "pulse")
	}
	if filepath.IsAbs(directory) && answers("unix", filepath.Join(directory, "native")) {
		return true
	}
	playback, _ := filepath.Glob(filepath.Join(devices, "pcmC*D*p"))
	return len(playback) > 0
}
