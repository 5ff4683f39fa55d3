// Package convert changes the pixel format of a picture with GStreamer's
// GstVideoConverter, the one that the element videoconvert uses, so that a frame
// converted in Go and one converted in a pipeline are equal.
package convert
