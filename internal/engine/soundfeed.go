package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/rtcp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// firstSilence is how long a stream waits for a first track before it begins with silence: the track tells how many
// channels there are.
const firstSilence = time.Second

// soundCodec is what is known about the sound of a track before it is decoded.
type soundCodec struct {
	codec    caps.Codec
	channels int
}

// unknownSound is what a stream begins with if there is no track. A stream of one channel fits into one of two.
var unknownSound = soundCodec{caps.Opus, 2}

// packetLatency returns how long a missing packet is waited for, so that what is behind it is in time.
func packetLatency(latency time.Duration) time.Duration {
	return max(latency-30*time.Millisecond, latency/2)
}

// feed receives one track after another. It returns why there is no further track.
func (s *Sound) feed(ctx context.Context) error {
	for {
		track, err := s.await(ctx)
		if err != nil {
			return err
		}
		if err := s.receive(ctx, track); !errors.Is(err, io.EOF) {
			return err
		}
	}
}

// await waits for the next track. In the meantime the stream continues.
func (s *Sound) await(ctx context.Context) (*room.Track, error) {
	type next struct {
		track *room.Track
		err   error
	}
	came := make(chan next, 1)
	guard.Go(&s.feeding, "engine: await sound", s, func() {
		track, err := s.selector.Next(ctx)
		came <- next{track, err}
	})
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case n := <-came:
			return n.track, n.err
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-timer.C:
			if err := s.Tick(time.Now(), false); err != nil {
				return nil, err
			}
			wait := firstSilence
			if at, ok := s.Deadline(); ok {
				wait = time.Until(at)
			}
			timer.Reset(wait)
		}
	}
}

// receive reads one track until it ends (io.EOF), ctx is done, or its codec cannot be received.
func (s *Sound) receive(ctx context.Context, track *room.Track) (err error) {
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
func (s *Sound) receiveCodec(ctx context.Context, track *room.Track, member *mediaclock.SyncMember, mimeType string) error {
	codec, err := SoundReceivable(mimeType)
	if err != nil {
		return err
	}
	redundant, isRedundant := track.Redundancy()
	captureTimeID, _ := track.HeaderExtension(rtp.AbsCaptureTimeURI)
	decryption := s.newDecryption(track, codec)
	p := &player{Sound: s, track: track, codec: soundCodec{codec, channelsOf(track, codec)}}
	p.receiver, err = audio.New(audio.Config{
		Config: rtp.Config{
			Latency:   packetLatency(s.Latency()),
			RoundTrip: track.RoundTrip,
			AcceptPayloadType: func(payloadType uint8) bool {
				now := track.Codec()
				return isRedundant && payloadType == redundant || uint8(now.PayloadType) != payloadType ||
					strings.EqualFold(now.MimeType, mimeType)
			},
			AbsCaptureTimeID: captureTimeID,
			Logger:           s.config.Logger,
		},
		Codec:          codec,
		IsRedundant:    func(payloadType uint8) bool { return isRedundant && payloadType == redundant },
		Decryptor:      decryption.decryptor,
		Refused:        decryption.refused,
		OnDecryptError: decryption.report,
		Sync:           member,
		Player:         p,
	})
	if err != nil {
		return err
	}
	track.OnSenderReport(func(report *rtcp.SenderReport, received time.Time) {
		s.clock.noteSenderReport(track, p.receiver.SenderReport(report.NTPTime, report.RTPTime, received), received)
	})
	s.setReceiver(p.receiver)
	defer s.setReceiver(nil)
	ctx, expire := context.WithCancelCause(ctx)
	defer expire(nil)
	defer s.watchPackets(ctx, track, codec, expire)()
	err = p.receiver.Run(ctx, track)
	if errors.Is(err, context.Canceled) {
		return context.Cause(ctx)
	}
	return err
}

// SoundReceivable returns the codec with a MIME type, or an *UnsupportedCodecError.
func SoundReceivable(mimeType string) (caps.Codec, error) {
	codec, err := caps.CodecFromMimeType(mimeType)
	if err == nil && codec.Kind() != caps.Audio {
		err = fmt.Errorf("%w: %s is not sound", caps.ErrUnknownCodec, codec)
	}
	if err != nil {
		return 0, &UnsupportedCodecError{MimeType: mimeType, Err: err}
	}
	return codec, nil
}

// channelsOf returns how many channels a track has, as far as that is known before its first packet.
func channelsOf(track *room.Track, codec caps.Codec) int {
	if codec != caps.Opus {
		return 1
	}
	if info := track.TrackInfo(); info != nil {
		for _, feature := range info.AudioFeatures {
			if feature == livekit.AudioTrackFeature_TF_STEREO {
				return 2
			}
		}
		if info.Stereo { //nolint:staticcheck // older servers and clients set only this
			return 2
		}
	}
	return 1
}

// player plays the frames of one track.
type player struct {
	*Sound

	track    *room.Track
	codec    soundCodec
	receiver *audio.Receiver
}

// Play implements audio.Player.
func (p *player) Play(f *audio.Frame) error {
	s := p.Sound
	if s.isPaused() {
		s.dropped.Add(1)
		return nil
	}
	s.clock.noteAge(f.CaptureTime)
	s.resume()
	if !s.timeline.Begun() && p.codec.codec == caps.Opus && audio.Stereo(f.Data) {
		p.codec.channels = 2
	}
	if err := s.out.prepare(p.track, p.codec); err != nil {
		return err
	}
	if !s.follow() {
		return nil
	}
	defer s.count()
	return s.timeline.Play(f, f.PTS.Sub(s.epoch)+time.Duration(s.syncOffset.Load()))
}

// clockPoll is how often a pipeline without a clock is asked for one.
const clockPoll = 100 * time.Millisecond

// Deadline implements audio.Player.
func (s *Sound) Deadline() (at time.Time, ok bool) {
	at, ok = s.due()
	if at.Before(s.clockAt) {
		at = s.clockAt
	}
	return at, ok
}

// due returns when something has to be made up.
func (s *Sound) due() (at time.Time, ok bool) {
	playing := s.playing.Load()
	if playing == 0 {
		return time.Time{}, false
	}
	if s.timeline.Begun() {
		due, ok := s.timeline.Deadline()
		return s.epoch.Add(due), ok
	}
	if s.config.Pad == nil || s.config.Silence == SilenceNone {
		return time.Time{}, false
	}
	return s.epoch.Add(time.Duration(playing) + firstSilence), true
}

// resume leaves out the time of a pause.
func (s *Sound) resume() {
	if s.resumed.Load() && s.config.Pad == nil {
		s.resumed.Store(false)
		s.timeline.Restart()
	}
}

// Tick implements audio.Player.
func (s *Sound) Tick(now time.Time, waiting bool) error {
	if !s.isPaused() {
		s.resume()
	}
	if due, ok := s.Deadline(); !ok || now.Before(due) {
		return nil
	}
	if err := s.out.prepare(nil, unknownSound); err != nil {
		return err
	}
	if !s.follow() {
		s.clockAt = now.Add(clockPoll)
		return nil
	}
	defer s.count()
	local := now.Sub(s.epoch)
	s.timeline.Begin(local - s.Latency())
	return s.timeline.Tick(local, waiting)
}

// follow makes the timeline follow the clock of the output. It returns false if there is none.
func (s *Sound) follow() bool {
	offset, ok := s.out.offset()
	if !ok {
		return false
	}
	s.timeline.SetOffset(offset)
	if latency := s.Latency(); latency != s.timeline.Latency() {
		s.timeline.SetLatency(latency)
	}
	return true
}
