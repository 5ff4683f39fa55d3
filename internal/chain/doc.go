// Package chain turns access units into raw video with GStreamer, or hands them on
// as they are to an element that wants them so.
//
// A [Chain] is the GStreamer half of one received track: an appsrc, the parser
// and decoder for its codec, a converter to the wanted format, and either the
// element's source pad or an appsink that [Chain.Next] reads. In an untouched chain
// there is only the parser between appsrc and pad. The C side is described in
// chain.h; it holds handles, never Go pointers. It calls Go for what is rare, and
// wakes a reader of frames with an eventfd.
//
// A new codec needs no code here: the decoder is the installed one of highest
// rank for the codec's caps that works. One that wants a parser in front has a row
// in video_decoder.c.
//
// What is about video alone and not about any medium is in the files that begin with
// video_, beside [Frame]: which decoder, what is wanted of it, its threads, colours and
// sizes. They are C that the rest calls, and a cgo package compiles only what is in its
// own folder.
package chain
