package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/pion/rtcp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// layerPatience is how long a stream that is not decoded waits for the requested layer. The server begins with the
// layer that has the first key frame and changes to the right one after about a second; libwebrtc needs some seconds to
// send its best layer.
const layerPatience = 5 * time.Second

// feed receives one track after another. It returns nil or ctx's error when it was told to stop, and otherwise why
// there is no further track.
func (s *Stream) feed(ctx context.Context) error {
	for {
		track, err := s.selector.Next(ctx)
		if err != nil {
			return err
		}
		if err := s.receive(ctx, track); !errors.Is(err, io.EOF) {
			return err
		}
	}
}

// receive reads one track until it ends (io.EOF), ctx is done, or its codec cannot be received.
func (s *Stream) receive(ctx context.Context, track *room.Track) (err error) {
	log := s.config.Logger.With("participant", track.Identity, "sid", track.SID)
	defer func() { log.Info("track ended", "reason", err) }()
	s.setTrack(track)
	defer s.setTrack(nil)
	member := s.synchronize(track)
	defer member.Leave()
	for mimeType := track.MimeType; ; mimeType = track.Codec().MimeType {
		log.Info("receiving track", "codec", mimeType)
		err := s.receiveCodec(ctx, track, member, mimeType)
		var changed *rtp.CodecChangedError
		if !errors.As(err, &changed) {
			return err
		}
	}
}

// receiveCodec reads a track until it ends or continues in another codec (*rtp.CodecChangedError).
func (s *Stream) receiveCodec(ctx context.Context, track *room.Track, member *mediaclock.SyncMember, mimeType string) error {
	codec, err := receivable(mimeType)
	if err != nil {
		return err
	}
	orientationID, _ := track.HeaderExtension(rtp.VideoOrientationURI)
	captureTimeID, _ := track.HeaderExtension(rtp.AbsCaptureTimeURI)
	decryption := s.newDecryption(track, codec)
	f := &feed{stream: s, track: track, codec: codec, awaiting: true}
	f.receiver, err = video.New(video.Config{
		Config: rtp.Config{
			Latency:        s.chosenLatency(),
			Adapted:        s.adaptedLatency(),
			OnLatency:      s.adapt,
			RequestPackets: requestPackets(track),
			RoundTrip:      track.RoundTrip,
			AcceptPayloadType: func(payloadType uint8) bool {
				now := track.Codec()
				return uint8(now.PayloadType) != payloadType || strings.EqualFold(now.MimeType, mimeType)
			},
			VideoOrientationID: orientationID,
			AbsCaptureTimeID:   captureTimeID,
			Logger:             s.config.Logger,
		},
		Codec:           codec,
		Decryptor:       decryption.decryptor,
		Refused:         decryption.refused,
		OnDecryptError:  decryption.report,
		Sync:            member,
		RequestKeyFrame: track.RequestKeyFrame,
		Behind:          f.behind,
		Congested:       func() bool { return track.Congested() && f.hasLower() },
		KeyFrameTimes:   &s.keyTimes,
		OnHeavyLoss:     func() bool { return f.lower(time.Now(), "most packets are lost") },
		AcceptSize:      f.acceptSize,
	})
	if err != nil {
		return err
	}
	track.OnSenderReport(func(report *rtcp.SenderReport, received time.Time) {
		s.clock.noteSenderReport(track, f.receiver.SenderReport(report.NTPTime, report.RTPTime, received), received)
	})
	s.setReceiver(f.receiver)
	defer s.setReceiver(nil)
	// Load the decoder's plugin while the key frame is on its way.
	var preloading sync.WaitGroup
	guard.Go(&preloading, "engine: load a decoder", s, func() { s.preload(codec) })
	defer preloading.Wait()
	if s.config.Pad != nil {
		defer s.fillMute(ctx, track)()
	}
	ctx, expire := context.WithCancelCause(ctx)
	defer expire(nil)
	defer s.watchSilence(ctx, track, codec, expire)()
	err = f.receiver.Run(ctx, track, f.push)
	if errors.Is(err, context.Canceled) {
		return context.Cause(ctx)
	}
	return err
}

// requestPackets returns a function that requests packets of a track again, or nil.
func requestPackets(track *room.Track) func([]uint16) {
	if !track.CanRequestPackets() {
		return nil
	}
	return track.RequestPackets
}

// prepare gets the codec of a track whose media is still to arrive. It is called while s.feeding is held.
func (s *Stream) prepare(mimeType string) {
	if codec, err := receivable(mimeType); err == nil {
		guard.Go(&s.feeding, "engine: load the decoder to come", s, func() { s.preload(codec) })
	}
}

// preload loads the decoder's plugin, if the stream will be decoded.
func (s *Stream) preload(codec caps.Codec) {
	if s.willDecode(codec) {
		runtime.Gosched() // there is one processor for Go (ADR 0011), and the server is to be told first what is wanted
		chain.Preload(codec)
	}
}

// willDecode reports whether a chain that is made now would decode.
func (s *Stream) willDecode(codec caps.Codec) bool {
	pad := s.config.Pad
	return pad == nil || s.config.Format != nil || !pad.WantsUntouched(codec)
}

// Receivable returns an *UnsupportedCodecError for a MIME type that cannot be received.
func Receivable(mimeType string) error {
	_, err := receivable(mimeType)
	return err
}

// receivable returns the codec with a MIME type, or an *UnsupportedCodecError.
func receivable(mimeType string) (caps.Codec, error) {
	codec, err := caps.CodecFromMimeType(mimeType)
	if err == nil {
		_, err = video.New(video.Config{Codec: codec})
	}
	if err != nil {
		return 0, &UnsupportedCodecError{MimeType: mimeType, Err: err}
	}
	return codec, nil
}

// feed pushes the access units of one track into the stream's last output.
type feed struct {
	stream   *Stream
	track    *room.Track
	codec    caps.Codec
	receiver *video.Receiver
	out      *output       // nil until the first key frame
	awaiting bool          // all units before the next key frame are useless
	kept     time.Duration // of delayed pictures, by the output
	skipping bool          // downstream was too slow for a stream that is not decoded

	behindSince time.Time     // since when the decoder is too far behind, zero if it is not
	behindThen  time.Duration // how far it was behind at that time
	hopeless    bool          // the decoder does not catch up by itself and has to continue with the next key frame
	outranAt    time.Time     // when it last did so
}

// push sends one access unit to the decoder. If the decoder cannot take it, everything up to the next key frame is
// dropped: a picture with missing references is worse than none.
func (f *feed) push(au *video.AccessUnit) error {
	if f.stream.paused.Load() || f.stream.off.Load() {
		f.stream.dropped.paused.Add(1)
		f.awaiting = true
		return nil
	}
	if f.awaiting && !au.KeyFrame {
		f.dropUntilKeyFrame()
		return nil
	}
	err := f.pushToOutput(au)
	if errors.Is(err, chain.ErrOutdated) {
		f.out, f.awaiting = nil, true
		if !au.KeyFrame {
			f.dropUntilKeyFrame()
			return nil
		}
		err = f.pushToOutput(au)
	}
	if f.out == nil {
		return err
	}
	if failure := f.out.chain.Err(); failure != nil {
		return failure
	}
	if err != nil {
		f.drop(au.ReceivedAt, err)
		return nil
	}
	f.awaiting, f.skipping = false, false
	f.stream.fed.handed.Add(1)
	if f.untouched() {
		f.stream.fed.untouched.Add(1)
	}
	f.stream.clock.noteAge(au.CaptureTime)
	f.keepDelayed(au.SyncDelay)
	f.watch(au.ReceivedAt)
	return nil
}

// pushToOutput pushes one access unit into the output, which it opens if there is none.
func (f *feed) pushToOutput(au *video.AccessUnit) error {
	if f.out == nil {
		out, err := f.stream.outputFor(f.track, f.codec)
		if err != nil {
			return err
		}
		out.chain.SetTitle(f.track.Name)
		f.out, f.kept = out, 0
	}
	outruns := au.KeyFrame && f.hopeless && f.decodes()
	if err := f.out.push(au, au.Discont || f.awaiting, outruns); err != nil || !outruns {
		return err
	}
	f.outran(au.ReceivedAt)
	return nil
}

// dropUntilKeyFrame drops a unit that is useless before the next key frame, and requests one.
func (f *feed) dropUntilKeyFrame() {
	f.skip()
	f.receiver.NeedKeyFrame()
}

// drop drops the unit that the output refused, and all others before the next key frame.
func (f *feed) drop(now time.Time, reason error) {
	if !f.awaiting {
		f.stream.config.Logger.Warn("frames dropped until the next key frame", "reason", reason)
	}
	f.awaiting = true
	f.stream.fed.refused.Add(1)
	if errors.Is(reason, chain.ErrBacklog) {
		f.skipping = f.untouched()
		f.hopeless = !f.skipping
		f.lower(now, "the decoder does not keep up")
		f.receiver.NeedKeyFrame()
	}
	f.skip()
}

// skip counts a dropped unit: either downstream was too slow for it, or the decoder cannot use it.
func (f *feed) skip() {
	if !f.skipping {
		f.stream.dropped.undecoded.Add(1)
		return
	}
	f.stream.fed.untouched.Add(1)
	f.stream.mu.Lock()
	f.stream.gone.DroppedDecoded++
	f.stream.mu.Unlock()
}

// untouched reports whether units are pushed downstream without decoding.
func (f *feed) untouched() bool { return f.out.chain.Decoder() == "" }

// outputFor returns the last output if it can take the codec, and otherwise adds a new one.
func (s *Stream) outputFor(track *room.Track, codec caps.Codec) (*output, error) {
	last := s.lastOutput()
	if last != nil && last.codec == codec && !last.chain.Outdated() {
		return last, nil
	}
	if last != nil {
		s.retire(last)
	}
	out, err := s.newOutput(track, codec)
	if err != nil {
		return nil, err
	}
	if decoder := out.chain.Decoder(); decoder != "" {
		s.config.Logger.Info("decoding", "codec", codec, "decoder", decoder)
	} else {
		s.config.Logger.Info("passing the stream on untouched", "codec", codec)
	}
	s.addOutput(out)
	s.nameOutput(out)
	out.chain.SetLatency(s.Latency()) // it may have changed in the meantime
	return out, nil
}

func (s *Stream) newOutput(track *room.Track, codec caps.Codec) (*output, error) {
	capacity := s.config.queueLength()
	c, err := chain.New(chain.Config{
		Codec:          codec,
		Format:         s.config.Format,
		Unconverted:    s.config.Unconverted,
		StreamID:       fmt.Sprintf("livekit/%s/%s", track.Identity, track.SID),
		Latency:        s.Latency(),
		Capacity:       capacity,
		Pad:            s.config.Pad,
		After:          s.after,
		Bad:            &s.bad,
		KeyFrameWanted: s.requestKeyFrameAt,
		Sized:          s.sized,
		Begins:         func(width, height int) bool { return s.beginsWith(track, width, height) },
		Patience:       layerPatience,
		Warn: func(message, debug string) {
			s.config.Logger.Warn(message, "codec", codec, "debug", debug)
		},
	})
	var missing *chain.NoDecoderError
	if errors.As(err, &missing) {
		return nil, &UnsupportedCodecError{MimeType: codec.MimeType(), Caps: codec.Caps(), Err: err}
	}
	var undecodable *chain.UndecodableError
	if errors.As(err, &undecodable) {
		return nil, &UndecodableError{MimeType: codec.MimeType(), Err: err}
	}
	var unwanted *chain.NotWantedError
	if errors.As(err, &unwanted) {
		return nil, &UnsupportedCodecError{MimeType: codec.MimeType(), Err: err}
	}
	if err != nil {
		return nil, err
	}
	return newOutput(codec, c, s.config.Pad != nil, capacity), nil
}
