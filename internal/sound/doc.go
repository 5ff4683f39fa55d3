// Package sound turns the packets of an audio codec into samples: signed 16-bit numbers, the channels interleaved.
//
//	decoder.go    what every decoder does
//	opus.go       Opus (RFC 6716), decoded by libopus
//	g711.go       G.711
//	resampler.go  other sample rates, by GStreamer's resampler
//	repeat.go     longer or shorter by what repeats itself, at the same pitch
//	stretch.go    a few samples more or fewer, where nothing repeats itself
//
// docs/adr/0023 says why Opus is not decoded by a GStreamer element.
package sound
