package caps

import "strings"

// RawAudioCaps returns the caps of raw sound: interleaved samples of 16 bits or of float, at any rate, in one or two
// channels.
func RawAudioCaps() string {
	return "audio/x-raw, format=(string){ S16LE, F32LE }, layout=(string)interleaved, rate=(int)[ 1, 2147483647 ], channels=(int)[ 1, 2 ]"
}

// AudioTemplateCaps returns the caps of the pad template of a source of sound: [RawAudioCaps], and the encoded stream of
// each audio codec as in [Codec.TemplateCaps].
func AudioTemplateCaps() string {
	structures := []string{RawAudioCaps()}
	for _, codec := range Codecs(Audio) {
		structures = append(structures, codec.TemplateCaps())
	}
	return strings.Join(structures, "; ")
}
