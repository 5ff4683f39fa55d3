// Package chain decodes access units to raw video with GStreamer, or passes them on without decoding to an element that
// takes the encoded stream.
//
// A [Chain] is the GStreamer half of one received track: a source, the parser and decoder for its codec, a converter to
// the wanted format, and either the element's source pad or an appsink that [Chain.Next] reads. A chain that does not
// decode has at most a parser between source and pad. Units reach the source through memory that Go and C share (mail.h),
// by a call only when that is not possible. chain.h describes the C side; it holds handles, never Go
// pointers. It calls Go only for rare events, and wakes a reader of frames with an eventfd.
//
// A new codec needs no code here: the decoder is the installed one with the highest rank for the codec's caps that
// works. A codec that needs a parser in front of its decoder has a row in video_decoder.c.
//
// Sound comes to a chain as it leaves the pad, samples or packets, so that chain is a source and a pad: [Chain.PushSound],
// in the form that [Pad.WantSound] finds out.
//
// Code that is specific to video is in [Frame] and in the files that begin with video_: the choice of decoder, threads,
// colours and sizes; audio_want.c is about sound. They cannot be packages of their own, because other C files call them
// and cgo compiles only the C files in its package's folder.
package chain
