// Package stream gives a Go program the frames of a remote LiveKit video track, and
// the sound of an audio track.
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
// It is the VideoStream of LiveKit's other SDKs, for an application that has joined
// a room with LiveKit's Go SDK. [FromParticipant] follows a participant from track
// to track: frames continue when the camera is switched off and on, or when another
// codec is published. [FromTrack] receives one track, from LiveKit or from any
// other pion connection. GStreamer decodes, in hardware if such a decoder is
// installed. The program needs no pipeline and does not have to initialise
// GStreamer.
//
// # Sound
//
// An [AudioStream] is to sound what a [VideoStream] is to pictures: the AudioStream
// of LiveKit's other SDKs, made by [AudioFromParticipant] or [AudioFromTrack].
//
//	sound, err := stream.AudioFromParticipant(participant, livekit.TrackSource_MICROPHONE,
//		stream.WithSampleRate(16000))
//	if err != nil {
//		return err
//	}
//	defer sound.Close()
//	for event, err := range sound.Frames(ctx) {
//		if err != nil {
//			return err
//		}
//		use(event.Frame.Data)
//	}
//
// What follows is about both, with these differences. A frame of sound is Go's own
// memory: it is not released. Frames have one length, [WithFrameDuration], and are
// contiguous: what is lost is made up, and what the publisher does not send is
// silent, which [AudioFrameEvent] says. With [WithoutSilence] such frames are left
// out, and Next waits. The last frame is completed with silence.
//
// Publishers of LiveKit send each packet of sound twice (RED, RFC 2198), which makes
// up for most losses, to whoever asks for it. Only the application that joins the
// room can: LiveKit's Go SDK does so if its list of codecs, which replaces the
// SDK's own, has audio/red. A program that only receives sound can say
//
//	lksdk.WithCodecs([]livekit.Codec{
//		{Mime: "audio/opus", FmtpLine: "minptime=10;useinbandfec=1"},
//		{Mime: "audio/red", FmtpLine: "111/111"},
//	})
//
// when it joins; one that also receives video must name its codecs, too.
//
// # Frames
//
// Frames have the decoder's own format, usually I420, or the one of LiveKit's
// eleven formats that [WithFormat] asks for. [VideoFrame.Planes] returns the
// decoder's memory: nothing is copied, and rows may be padded. RGB requested with
// WithFormat is in memory that the stream reuses. [VideoFrame.Data] returns a copy
// in LiveKit's layout, [VideoFrame.Image] an image.Image, and [VideoFrame.Convert]
// a copy in another format. The size can change from one frame to the next.
//
// Every frame must be released. There is no finalizer: the memory is not Go's, and
// the garbage collector does not see how much it is. A frame stays valid until
// Release, even after its stream is closed; using it after Release panics. To keep
// a picture, copy it with [VideoFrame.Clone] or [VideoFrame.Data], because some
// decoders have only a few frames.
//
// # Slow readers
//
// Up to [DefaultCapacity] frames, or as many as [WithCapacity] says, are queued for
// the reader. When the queue is full, the oldest frame is dropped and counted in
// [Stats], so a slow reader sees recent frames, and one that stops reading uses a
// bounded amount of memory. With [Unbounded] no frame is dropped.
//
// While a track is muted, Next waits: there are no frames, but the stream does not
// end. [VideoStream.Muted] reports this state.
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
// Width and Height choose the smallest layer that is not smaller. [Layer] describes
// the other choices; Layer.Paused stops the server from sending. The choice holds
// until it is changed, also for tracks that the participant publishes later. Only
// the server can change layers, so this is for [FromParticipant]: with [FromTrack]
// it is an error ([ErrNoLayers]).
//
// # Encryption
//
// Tracks that are encrypted end to end are decrypted with the passphrase of
// [WithEncryptionKey], which [VideoStream.SetEncryptionKey] changes at any time:
// VP8, VP9, H.264, H.265 and Opus, as LiveKit's other SDKs encrypt them. They do not
// encrypt AV1. While a key is set, tracks that are not encrypted are not shown,
// unless [WithEncryptionPolicy] allows it.
//
// Without the right key Next waits, as for a muted track, and continues when the
// key is set: a missing key does not end the stream. It is reported to
// [WithDecryptErrors], to the logger and in [Stats].
//
//	video, err := stream.FromParticipant(participant, livekit.TrackSource_CAMERA,
//		stream.WithEncryptionKey(passphrase),
//		stream.WithDecryptErrors(func(err error) {
//			if errors.Is(err, stream.ErrWrongEncryptionKey) {
//				askAgain()
//			}
//		}))
//
// FromParticipant knows from the publisher whether a track is encrypted.
// [FromTrack] can only look at the frames: they are decrypted if they end like
// encrypted frames, and treated as not encrypted if other frames of the track do
// not. About one H.264 or H.265 track in 4000 begins with a frame that only looks
// encrypted; it is shown from the next key frame on.
//
// # Concurrency
//
// Only one goroutine may read at a time, with [VideoStream.Next] or with
// [VideoStream.Frames], which calls Next in a loop. A second reader gets
// [ErrConcurrentNext] at once, because two readers would see the frames in no
// defined order. All other methods may be called from any goroutine at any time,
// also from the SDK's callbacks. A frame belongs to the goroutine that received it
// and can be passed to another one, but only one may use it at a time.
//
// [VideoStream.Close] wakes a reader, which gets [ErrClosed], and returns when
// every goroutine and thread of the stream has ended. It may be called more than
// once, also from several goroutines. Leaving the loop over Frames does not close
// the stream.
//
// # The end
//
// A stream ends when the track of FromTrack is unpublished or unsubscribed, when
// the participant of FromParticipant leaves, or when the room is left or closed.
// Next then returns the queued frames and after them io.EOF. Close must be called
// then, too.
//
// Cancelling the context of Next ends only that call; reading can continue.
//
// Everything else ends the stream with an error that each further Next returns: an
// [*UnsupportedCodecError] for a codec that cannot be received, or the error of a
// decoder. The constructors return errors that are known at once, such as
// [ErrNotVideo] and caps.ErrUnknownFormat.
//
// # Time
//
// [VideoFrameEvent] has four times. TimestampUs is when to show the frame, on this
// machine's monotonic clock and without network jitter; RTPTimestamp is the
// sender's media timestamp; CaptureTime is when the picture was taken, if the
// publisher sends it; ReceivedAt is when the frame's last packet arrived.
package stream
