package main

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// pipelineLine is a gst-launch-1.0 command: options first, then the branches of the pipeline, each as words.
type pipelineLine struct {
	options  []string
	branches [][]string
}

// windowLine is README's lines. sound may be empty.
func windowLine(source, sound string) pipelineLine {
	line := pipelineLine{branches: [][]string{words(source + " ! videoconvert ! autovideosink")}}
	if sound != "" {
		line.branches = append(line.branches, words(sound+" ! audioconvert ! autoaudiosink"))
	}
	return line
}

// coder is how a recording is encoded and decoded again.
type coder struct{ encode, decode string }

// coders are those of the codecs that the demo publishes.
var coders = map[testpublisher.Codec]coder{
	testpublisher.VP8:  {"vp8enc deadline=1 cpu-used=16 target-bitrate=3000000", "vp8dec"},
	testpublisher.H264: {"x264enc tune=zerolatency speed-preset=ultrafast bitrate=3000 key-int-max=60 ! h264parse", "h264parse ! avdec_h264"},
}

// recordingLine writes a recording in a codec and, every two seconds, a picture, and writes the two bands with the time of every frame to
// file descriptor 3. A branch that is too slow for a live stream drops frames in its own queue, so it holds up no other.
func recordingLine(codec testpublisher.Codec, source, sound, recording, picture string, height int) pipelineLine {
	return pipelineLine{
		options: []string{"-e"},
		branches: [][]string{
			append(words("matroskamux name=m ! filesink"), "location="+recording),
			words(source + " ! tee name=t"),
			words(sound + " ! m."),
			words("t. ! queue leaky=downstream ! videoconvert ! " + coders[codec].encode + " ! m."),
			words("t. ! queue ! " + bands(height) + " ! fdsink fd=3 sync=false"),
			append(words("t. ! queue leaky=downstream ! videorate ! video/x-raw,framerate=1/2 ! videoconvert"+
				" ! pngenc ! multifilesink"), "location="+picture),
		},
	}
}

// bands leaves of a picture the two bands with the time in it.
func bands(height int) string {
	below := strconv.Itoa(height - 2*testpicture.BandRows(height))
	return "videocrop bottom=" + below + " ! videoconvert ! video/x-raw,format=GRAY8"
}

// shownLine writes the bands of a recording's pictures to file descriptor 3, each with its time in the recording.
func shownLine(codec testpublisher.Codec, recording string, height int) pipelineLine {
	return readingLine(recording, coders[codec].decode+" ! "+bands(height))
}

// heardLine does the same with its sound.
func heardLine(recording string) pipelineLine {
	return readingLine(recording, "opusdec ! audioconvert ! audio/x-raw,format=S16LE,rate="+strconv.Itoa(soundRate)+",channels=1")
}

func readingLine(recording, decode string) pipelineLine {
	return pipelineLine{
		options: []string{"-q"},
		branches: [][]string{
			append(words("filesrc"), "location="+recording),
			words("! matroskademux ! " + decode + " ! gdppay ! fdsink fd=3 sync=false"),
		},
	}
}

func words(text string) []string { return strings.Fields(text) }

// arguments are those of gst-launch-1.0, which protects the spaces within each of them.
func (l pipelineLine) arguments() []string {
	arguments := append([]string{}, l.options...)
	for _, branch := range l.branches {
		arguments = append(arguments, branch...)
	}
	return arguments
}

// plain matches words that a shell takes as they are, such as a lone exclamation mark.
var plain = regexp.MustCompile(`^(!|[\w@%+=:,./-]+)$`)

// String is the line as it is typed into a shell.
func (l pipelineLine) String() string {
	var shown []string
	for _, branch := range append([][]string{append([]string{"gst-launch-1.0"}, l.options...)}, l.branches...) {
		var quoted []string
		for _, word := range branch {
			if !plain.MatchString(word) {
				word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
			}
			quoted = append(quoted, word)
		}
		shown = append(shown, strings.Join(quoted, " "))
	}
	return shown[0] + " " + strings.Join(shown[1:], " \\\n      ")
}
