package testpublisher

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/auth"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// Publisher publishes one video track, and sound if Config.Tone says so. Its methods may be called by several goroutines at once.
type Publisher struct {
	config  Config
	room    *lksdk.Room
	encoder *encoder
	encrypt frameEncryptor // nil publishes in clear
	feeder  sync.WaitGroup
	log     sdkLog
	close   func()

	frames     atomic.Int64
	keyFrames  atomic.Int64
	keyPending atomic.Bool // asked of the encoder, and not seen yet
	lower      []*lowerLayer
	latencies  latencies

	mu    sync.Mutex
	track *lksdk.LocalTrack // nil while nothing is published
	sound *lksdk.LocalTrack // nil then, and without a tone
	// resume holds frames back until a key frame: a receiver has not seen what came before.
	resume bool
	muted  bool
	err    error
}

// Start joins the room and publishes the track. ctx bounds joining only: end the publisher with Close.
func Start(ctx context.Context, config Config) (*Publisher, error) {
	config = config.withDefaults()
	if err := config.check(); err != nil {
		return nil, err
	}
	encrypt, err := newFrameEncryptor(config)
	if err != nil {
		return nil, err
	}
	encoder, err := newEncoder(config)
	if err != nil {
		return nil, err
	}
	p := &Publisher{config: config, encoder: encoder, encrypt: encrypt}
	for number := 1; number < config.layers(); number++ {
		p.lower = append(p.lower, &lowerLayer{publisher: p, number: number})
	}
	p.close = sync.OnceFunc(p.shutDown)
	if err := p.start(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Publisher) start(ctx context.Context) error {
	if err := p.join(ctx); err != nil {
		return err
	}
	if err := p.encoder.start(); err != nil {
		return err
	}
	p.feeder.Go(p.feed)
	for _, layer := range p.lower {
		p.feeder.Go(layer.feed)
	}
	if p.config.Tone {
		p.feeder.Go(p.feedSound)
	}
	return p.Republish()
}

func (p *Publisher) join(ctx context.Context) error {
	token := p.config.Token
	if token == "" {
		var err error
		token, err = auth.NewAccessToken(p.config.APIKey, p.config.APISecret).
			SetIdentity(p.config.Identity).
			SetVideoGrant(&auth.VideoGrant{RoomJoin: true, Room: p.config.Room}).
			ToJWT()
		if err != nil {
			return fmt.Errorf("sign access token for room %q: %w", p.config.Room, err)
		}
	}
	room := lksdk.NewRoom(&lksdk.RoomCallback{})
	p.room = room
	options := []lksdk.ConnectOption{lksdk.WithAutoSubscribe(false), lksdk.WithLogger(p.log.logger(p.config.Logger))}
	if p.config.Tone {
		options = append(options, withTrueReports(p.encoder.beginning, p.config.ClockAhead)...)
	}
	err := room.JoinWithContextAndToken(ctx, p.config.URL, token, options...)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return fmt.Errorf("join room %q at %s: %w", p.config.Room, p.config.URL, redactedError{err})
	}
	return nil
}

// Identity is the publisher's identity in the room.
func (p *Publisher) Identity() string { return p.room.LocalParticipant.Identity() }

// Frames is how many pictures were handed to the published track.
func (p *Publisher) Frames() int { return int(p.frames.Load()) }

// KeyFrames is how many key frames were made because somebody asked for one: a subscriber, or the track itself when it
// starts and when it is unmuted. Requests that come before the answer to an earlier one share that answer.
func (p *Publisher) KeyFrames() int { return int(p.keyFrames.Load()) }

// EncodeLatency is the median time from making a picture to handing its encoded form to the SDK, over the last ten
// seconds or so; 0 before the first.
func (p *Publisher) EncodeLatency() time.Duration { return p.latencies.median() }

// SetSize changes the size of the picture in mid-stream. The next picture of the new size is a key frame.
func (p *Publisher) SetSize(width, height int) error {
	if err := p.config.Codec.checkSize(width, height); err != nil {
		return err
	}
	p.encoder.setSize(width, height)
	return nil
}

// Err is why the picture or the sound has stopped, or nil.
func (p *Publisher) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Close leaves the room, stops everything and returns when that is done. It may be called again.
func (p *Publisher) Close() { p.close() }

func (p *Publisher) shutDown() {
	p.encoder.stop()
	p.feeder.Wait()
	if p.room != nil {
		p.leave()
	}
	p.log.close()
	p.encoder.close()
}
