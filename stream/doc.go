// Package stream gives a Go program the frames of a remote LiveKit video track.
//
//	video, err := stream.FromParticipant(participant, livekit.TrackSource_CAMERA)
//	if err != nil {
//		return err
//	}
//	defer video.Close()
//	for event, err := range video.Frames(ctx) {
//		if err != nil {
//			return err
//		}
//		use(event.Frame.Planes())
//		event.Frame.Release()
//	}
//
// It is LiveKit's VideoStream, as the other SDKs have it, for an application that
// has joined a room with LiveKit's Go SDK. [FromParticipant] follows a participant
// from track to track: the camera is switched off and on, or another codec
// published, and frames go on. [FromTrack] takes one track, of LiveKit or of any
// other pion connection. GStreamer decodes, with hardware where there is a decoder
// for it; the program needs no pipeline, and GStreamer needs no initialisation.
//
// # Frames
//
// Frames come in the decoder's own format, mostly I420, or in the one of LiveKit's
// eleven that [WithFormat] asks for. [VideoFrame.Planes] is the decoder's memory:
// nothing is copied, and rows may be padded; RGB that was asked for is in memory
// that the stream uses again. [VideoFrame.Data] is a copy in LiveKit's layout,
// [VideoFrame.Image] an image.Image, and [VideoFrame.Convert] another format. A size
// that changes in mid-stream changes from one frame to the next.
//
// Every frame must be released. There is no finalizer that would do it: the memory
// is not Go's, and the garbage collector does not see how much it is. Until Release
// a frame stays as it is, whatever becomes of its stream; a frame used after
// Release panics. What is to be kept is kept with [VideoFrame.Clone] or
// [VideoFrame.Data], because some decoders have few frames to lend.
//
// # Slow readers
//
// Frames wait for the reader, [DefaultCapacity] of them or as many as
// [WithCapacity] says. Beyond that the oldest are dropped and counted in [Stats],
// so a reader that falls behind sees the present, and one that stops reading costs
// a bounded amount of memory. [Unbounded] keeps everything.
//
// A muted track gives no frames and no end: Next waits, and [VideoStream.Muted] says
// why.
//
// # Layers
//
// A publisher with simulcast sends its picture in up to three sizes, and the server
// forwards one of them: the best, unless [WithLayer] or [VideoStream.SetLayer] ask
// for another.
//
//	stream.WithLayer(stream.Layer{Quality: stream.QualityLow})
//	stream.WithLayer(stream.Layer{Width: 640, Height: 360, MaxFrameRate: 15})
//
// A size gets the smallest layer that is not smaller. [Layer] says what else can be
// asked for, and Layer.Paused how to receive nothing for a while. The wish holds
// until it is changed, whatever the participant publishes anew. Only the server can
// change layers, so this is for [FromParticipant]: to a stream of [FromTrack] it is
// an error ([ErrNoLayers]).
//
// # Encryption
//
// Tracks that are encrypted end to end are decrypted with the passphrase of
// [WithEncryptionKey], which [VideoStream.SetEncryptionKey] changes at any time:
// VP8, VP9, H.264 and H.265, as LiveKit's other SDKs encrypt them. They do not
// encrypt AV1. Tracks that are published in clear are received with a key as
// without one.
//
// Without the right key Next waits, as for a muted track, and goes on when it is
// set: a stream does not end for want of a key. [WithDecryptErrors] tells the
// program, the logger and [Stats] tell people.
//
//	video, err := stream.FromParticipant(participant, livekit.TrackSource_CAMERA,
//		stream.WithEncryptionKey(passphrase),
//		stream.WithDecryptErrors(func(err error) {
//			if errors.Is(err, stream.ErrWrongEncryptionKey) {
//				askAgain()
//			}
//		}))
//
// FromParticipant knows what the publisher announced. [FromTrack] has nothing but
// the frames: they are decrypted if they end like encrypted ones, and passed on as
// they are if others of the track do not. One H.264 or H.265 track in some 4000
// begins with a frame that only looks encrypted, and is shown from the next key
// frame on.
//
// # Concurrency
//
// One goroutine reads: [VideoStream.Next], or [VideoStream.Frames] which is Next in
// a loop. A second one gets [ErrConcurrentNext] at once, because two readers
// would see the frames in no order. All other methods are for any goroutine at any
// time, also from the SDK's callbacks. A frame belongs to whoever got it and can
// be handed to another goroutine, but is for one at a time.
//
// [VideoStream.Close] wakes a reader, which gets [ErrClosed], and returns when
// every goroutine and thread of the stream has ended. Calling it again, or from
// several goroutines, does no harm. Leaving the loop of Frames closes nothing.
//
// # The end
//
// When there will be no more frames, Next gives those that are queued and then
// io.EOF: the track of FromTrack was unpublished or unsubscribed, the participant
// of FromParticipant left, or the room was left or closed. Close is due then, too.
//
// Cancelling the context of a Next ends that call alone; reading can go on.
//
// Anything else ends the stream with an error that Next repeats: an
// [*UnsupportedCodecError] for a codec that cannot be received, or what a decoder
// reported. What can be known at once, the constructors say: [ErrNotVideo],
// caps.ErrUnknownFormat.
//
// # Time
//
// [VideoFrameEvent] has four times. TimestampUs is when to show the frame, on this
// machine's monotonic clock and free from jitter; RTPTimestamp is the sender's
// count; CaptureTime is when the picture was taken, if the sender said; ReceivedAt
// is when its last packet came.
package stream
