package testpublisher

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// Pattern is what the picture shows besides the time that testpicture.Read reads.
type Pattern int

const (
	// Moving is scrolling colour bars and a wall clock for people.
	Moving Pattern = iota
	// Colours is the known picture of testpicture.Patches. It does not move, so it is encoded without visible loss.
	Colours
	// Detailed is a zone plate in motion: every pixel changes all the time, so that it takes the bitrate, and the work of a
	// decoder, that a camera's picture does.
	Detailed
	// Ball is a ball that bounces, and a wall clock.
	Ball
)

// Config says what is published, and where.
type Config struct {
	// URL is the server's address, such as ws://127.0.0.1:7880.
	URL string
	// Token is an access token. Without it, one is made from the other four.
	Token string
	// APIKey and APISecret are the server's key pair.
	APIKey, APISecret string
	// Room is the room to join.
	Room string
	// Identity is the publisher's; empty means "publisher".
	Identity string

	// Codec encodes the picture; empty means VP8.
	Codec Codec
	// Width and Height are in pixels; 0 means 1280 and 720.
	Width, Height int
	// FrameRate is in pictures per second; 0 means 30.
	FrameRate int
	// Bitrate is in bits per second; 0 means what suits size and rate, 2 Mbit/s for 1280x720 at 30.
	Bitrate int
	Pattern Pattern
	// Camera is a device of video4linux, such as /dev/video0, whose picture is published in place of the pattern. The time is
	// drawn into it, too. Empty is the pattern.
	Camera string
	// StampedRate makes timestamps as if there were so many pictures per second, as programs do that give each picture a
	// fixed duration; 0 makes true ones.
	StampedRate int
	// Simulcast also publishes the picture in a half and in a quarter of its width and height. SetSize leaves these as they are.
	// Encoded, Rewrite and Attach get the whole picture only. It cannot be encrypted: the SDK does not announce that.
	Simulcast bool
	// BFrames is how many pictures of H.264 are coded between two others and refer to both: timestamps then do not rise
	// from picture to picture. The encoder is x264enc.
	BFrames int
	// Matrix makes YUV of the picture's colours. The zero value is BT.601, which WebRTC senders use at every size, and the
	// only one that VP8 has.
	Matrix testpicture.Matrix

	// Passphrase encrypts the track end to end; empty leaves it in clear. VP9 cannot be encrypted here.
	Passphrase string

	// TrackName is empty by default.
	TrackName string
	// Source is what the track says it is: the zero value means a camera.
	Source livekit.TrackSource

	// Tone publishes sound beside the picture, as a microphone: a burst of 1 kHz, 100 ms long, at each whole second of the
	// clock that is drawn into the picture. Sender reports then are true for both. There must be no StampedRate.
	Tone bool
	// DTX sends one packet in 400 ms between the bursts, as WebRTC senders do in silence. It needs a Tone.
	DTX bool
	// ClockAhead is by how much the wall clock of sender reports is ahead of the true one. It needs a Tone.
	ClockAhead time.Duration

	// Attach, if not nil, says what is sent with a picture. It is called on one goroutine, in the order of sending, once for
	// each frame that is handed to the track.
	Attach func(Picture) Attachment
	// AnnounceMetadata announces LiveKit's packet trailer with the track. The server then takes it off for subscribers
	// that do not say that they know it.
	AnnounceMetadata bool
	// Encoded, if it is set, is called with each access unit right before it is sent, from one goroutine.
	Encoded func(Encoded)

	// Rewrite, if it is set, returns what is sent in place of an access unit; nil leaves it out. It is called from the
	// goroutine of Encoded, for publishers that do wrong.
	Rewrite func(Encoded) []byte

	// Logger gets the SDK's log without its access tokens; nil means silence.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	setDefault(&c.Identity, "publisher")
	setDefault(&c.Codec, VP8)
	setDefault(&c.Width, 1280)
	setDefault(&c.Height, 720)
	setDefault(&c.FrameRate, 30)
	setDefault(&c.Bitrate, max(150_000, c.Width*c.Height*c.FrameRate*7/100))
	setDefault(&c.Source, livekit.TrackSource_CAMERA)
	return c
}

func setDefault[T comparable](value *T, fallback T) {
	var zero T
	if *value == zero {
		*value = fallback
	}
}

func (c Config) check() error {
	var missing []string
	if c.URL == "" {
		missing = append(missing, "URL")
	}
	if c.Token == "" {
		for name, value := range map[string]string{"APIKey": c.APIKey, "APISecret": c.APISecret, "Room": c.Room} {
			if value == "" {
				missing = append(missing, name)
			}
		}
	}
	if len(missing) > 0 {
		return errors.New("missing in publisher's config: " + strings.Join(missing, ", "))
	}
	if c.FrameRate < 0 || c.Bitrate < 0 {
		return fmt.Errorf("%d pictures per second at %d bit/s: negative", c.FrameRate, c.Bitrate)
	}
	if c.BFrames < 0 || c.StampedRate < 0 {
		return fmt.Errorf("%d B-frames, stamped as %d pictures per second: negative", c.BFrames, c.StampedRate)
	}
	if c.Tone && c.StampedRate > 0 {
		return fmt.Errorf("a tone beside pictures that are stamped as %d per second: its clock is the true one", c.StampedRate)
	}
	if c.Simulcast && (c.Passphrase != "" || c.BFrames > 0 || c.Attach != nil) {
		return errors.New("simulcast with encryption, B-frames or attachments: this publisher has them only without layers")
	}
	if c.Simulcast && (c.Width < 64 || c.Height < 64) {
		return fmt.Errorf("picture size %dx%d: with simulcast, width and height must be at least 64", c.Width, c.Height)
	}
	if c.ClockAhead != 0 && !c.Tone {
		return errors.New("a clock that is ahead, without a tone: only then this publisher makes the times of its reports")
	}
	if c.DTX && !c.Tone {
		return errors.New("DTX without a tone: there is no sound")
	}
	if c.BFrames > 0 && c.Codec != H264 {
		return fmt.Errorf("codec %q with B-frames: this publisher makes them of h264", c.Codec)
	}
	return c.Codec.checkSize(c.Width, c.Height)
}

// checkSize wants even sizes where that is all that the encoders take in 4:2:0.
func (c Codec) checkSize(width, height int) error {
	if width < 16 || height < 16 {
		return fmt.Errorf("picture size %dx%d: width and height must be at least 16", width, height)
	}
	if odd := width%2 != 0 || height%2 != 0; odd && c.isH26x() {
		return fmt.Errorf("picture size %dx%d: width and height must be even for %s", width, height, c)
	}
	return nil
}
