// Package caps translates between LiveKit's and GStreamer's descriptions of video.
//
// It is pure Go: it links to neither library, and works on text and numbers only.
//
// # Pixel formats
//
// A [VideoBufferType] is one of LiveKit's eleven pixel formats, with LiveKit's numbers. Five of them have another name
// in GStreamer:
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
// [VideoInfo.Caps] prints them again. To ask for a format and leave the rest to downstream, use [VideoBufferType.Caps].
// [RawCaps] describes all the raw video that a source of these formats can produce, and [TemplateCaps] adds the encoded
// streams.
//
// # Where the pixels are
//
// LiveKit's frames are tight: there are no bytes between their planes or rows. [VideoBufferType.Layout] returns this
// layout. A GStreamer buffer without a GstVideoMeta has rows aligned to four bytes and, in 4:2:0, an even number of
// luma rows: [VideoBufferType.GStreamerLayout]. [Layout.Tight] reports whether a layout has no padding, so that nothing
// has to be rearranged. Both are for system memory and progressive frames.
//
// # Encoded streams
//
// A [Codec] maps the MIME type of a LiveKit track to the caps of its access units: [Codec.Caps] in front of a parser or
// decoder, [Codec.UntouchedCaps] when they are pushed downstream without decoding.
//
// # What is received
//
// [Layer], [EncryptionPolicy] and [FrameMetadata] are shared by package stream, which has them under the same names,
// and the elements.
package caps
