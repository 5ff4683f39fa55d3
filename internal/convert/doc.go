// Package convert changes the pixel format of a picture.
//
// It has its own code from 8-bit YUV to RGB, which is what most programs ask for: its error is less than one step of
// 255, and it is faster than GStreamer. All other conversions use GStreamer's GstVideoConverter, as the element
// videoconvert does.
package convert
