// Package convert changes the pixel format of a picture.
//
// From 8-bit YUV to RGB, which is what most programs ask for, it has code of its
// own: exact to less than one step of 255, and faster than GStreamer's. Everything
// else is GStreamer's GstVideoConverter, the one that the element videoconvert
// uses.
package convert
