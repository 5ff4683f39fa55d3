// Package testdecoder has decoders that fail on purpose, for tests of what happens then. They are elements of this
// process's GStreamer, which nothing chooses until a test prefers them.
package testdecoder
