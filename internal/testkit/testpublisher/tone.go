package testpublisher

/*
#include "encoder.h"
*/
import "C"

import (
	"fmt"
	"math"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/e2ee"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const (
	soundRate = 48000

	// opusenc takes the delay of Opus off its timestamps.
	toneLine = "audiotestsrc is-live=true wave=silence samplesperbuffer=960" +
		" ! capsfilter name=tone caps=audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved" +
		" ! opusenc dtx=%t bitrate=64000 frame-size=20 ! appsink name=sound sync=false max-buffers=50"

	// What an encoder makes of silence is not longer than this, in bytes. One of so many such packets is sent, as libwebrtc does.
	silentBytes, seldom = 3, 20
)

var soundCapability = webrtc.RTPCodecCapability{
	MimeType: webrtc.MimeTypeOpus, ClockRate: soundRate, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
}

// newSoundEncryptor returns nil when the config has no passphrase.
func newSoundEncryptor(config Config) (frameEncryptor, error) {
	if config.Passphrase == "" {
		return nil, nil
	}
	keys := e2ee.NewExternalKeyProvider()
	if err := keys.SetKeyFromPassphrase(config.Passphrase, 0); err != nil {
		return nil, fmt.Errorf("derive encryption key of sound: %w", err)
	}
	encryptor, err := lksdk.NewFrameEncryptor(keys, lksdk.CodecOpus)
	if err != nil {
		return nil, fmt.Errorf("make encryptor of sound: %w", err)
	}
	return encryptor.EncryptFrame, nil
}

func (p *Publisher) publishSound() error {
	track, err := lksdk.NewLocalTrack(soundCapability)
	if err != nil {
		return fmt.Errorf("make sound track: %w", err)
	}
	track.SetLogger(p.log.logger(p.config.Logger))
	p.mu.Lock()
	p.sound = track
	p.mu.Unlock()
	_, err = p.room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{
		Source:     livekit.TrackSource_MICROPHONE,
		DisableDTX: !p.config.DTX,
		Encryption: p.encryption(),
	})
	if err != nil {
		p.mu.Lock()
		p.sound = nil
		p.mu.Unlock()
		return fmt.Errorf("publish sound track: %w", err)
	}
	return nil
}

// feedSound hands packets to the track until the encoder is stopped.
func (p *Publisher) feedSound() {
	encrypt, err := newSoundEncryptor(p.config)
	if err != nil {
		p.fail(err)
		return
	}
	sequence, silent := rtp.NewRandomSequencer(), 0
	for {
		packet, ok := p.encoder.pullSound()
		if !ok {
			p.fail(p.encoder.failure())
			return
		}
		track := p.listener()
		if track == nil {
			continue
		}
		silent++
		if len(packet.data) > silentBytes {
			silent = 0
		}
		if p.config.DTX && silent%seldom != 0 {
			continue
		}
		if encrypt != nil {
			if packet.data, err = encrypt(packet.data); err != nil {
				p.fail(fmt.Errorf("encrypt sound: %w", err))
				return
			}
		}
		// Its errors are those of a connection that is going away or coming back: the room tells about them.
		_ = track.WriteRTP(&rtp.Packet{
			Header: rtp.Header{
				Version:        2,
				SequenceNumber: sequence.NextSequenceNumber(),
				Timestamp:      rtpTimestamp(packet.time, soundRate),
			},
			Payload: packet.data,
		}, nil)
	}
}

// listener is the track that the next packet of sound goes to, or nil.
func (p *Publisher) listener() *lksdk.LocalTrack {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sound == nil || p.muted || !p.sound.IsBound() {
		return nil
	}
	return p.sound
}

// pullSound waits for the next packet of sound. It is for one goroutine, and not ok after stop or a failure.
func (e *encoder) pullSound() (accessUnit, bool) {
	var packet C.GstLivekitTestUnit
	if C.gst_livekit_test_encoder_pull_sound(e.c, &packet) == 0 {
		return accessUnit{}, false
	}
	return takeUnit(&packet), true
}

// beginning is the wall clock's time at which the pictures' and the sound's time was 0; not ok while that is unknown.
func (e *encoder) beginning() (at time.Time, ok bool) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.c == nil {
		return time.Time{}, false
	}
	beginning := C.gst_livekit_test_encoder_beginning(e.c)
	if beginning == math.MaxUint64 { // GST_CLOCK_TIME_NONE
		return time.Time{}, false
	}
	return time.Unix(0, int64(beginning)), true
}
