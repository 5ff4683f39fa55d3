// Package caps translates between LiveKit's words for video and GStreamer's.
//
// It is pure Go: it links to neither library, and works on text and numbers only.
//
// # Pixel formats
//
// A [VideoBufferType] is one of LiveKit's eleven pixel formats, with LiveKit's numbers. The same format has another
// name in GStreamer for five of them:
//
//	number     0    1    2    3    4     5    6     7    8    9         10
//	LiveKit    RGBA ABGR ARGB BGRA RGB24 I420 I420A I422 I444 I010      NV12
//	GStreamer  RGBA ABGR ARGB BGRA RGB   I420 A420  Y42B Y444 I420_10LE NV12
//
// [Parse] reads either name in any case, for settings and command lines. [FromFormat] reads GStreamer's exactly, for
// caps.
//
// # Caps
//
// [ParseCaps] reads the fixed raw caps of a negotiated pad, as gst_caps_to_string prints them, into a [VideoInfo], and
// [VideoInfo.Caps] prints them again. To ask for a format and leave the rest to downstream, use
// [VideoBufferType.Caps]. [RawCaps] is all the raw video that a source of these formats can produce, and [TemplateCaps]
// everything that it can.
//
// # Where the pixels are
//
// LiveKit's frames are tight: planes follow each other and rows follow each other without a byte between them.
// [VideoBufferType.Layout] gives that. A GStreamer buffer without a GstVideoMeta has rows aligned to four bytes and, in
// 4:2:0, an even number of luma rows: [VideoBufferType.GStreamerLayout]. [Layout.Tight] says when the second is the first
// and nothing has to be copied. Both are for system memory and progressive frames.
//
// # Encoded streams
//
// A [Codec] goes from the MIME type in a LiveKit track to the caps of the access units that are handed to a parser or
// decoder ([Codec.Caps]), or that go on as they are ([Codec.UntouchedCaps]).
//
// # What is received
//
// [Layer], [EncryptionPolicy] and [FrameMetadata] mean the same to a Go program, where package stream has them under the
// same names, and to an element.
package caps
