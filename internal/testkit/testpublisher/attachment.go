package testpublisher

import (
	"errors"
	"fmt"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

// Picture is one that is about to be sent.
type Picture struct {
	Time     uint32 // that is in it, as testpicture.Read gives it
	KeyFrame bool
}

// Attachment is what is sent with one frame beside its picture.
type Attachment struct {
	// Metadata is sent in LiveKit's packet trailer; nil is none.
	Metadata *Metadata
	// MetadataInSEI sends it in an SEI message instead, as an encoder does that has no packets. H.264 and H.265 only.
	MetadataInSEI bool
	// Orientation is sent in a display orientation SEI message; nil is none. H.264 and H.265 only.
	Orientation *Orientation
}

// Metadata is what a packet trailer can hold. What is nil is not sent.
type Metadata struct {
	UserTimestamp *uint64
	FrameID       *uint32
	UserData      []byte // at most 200 bytes
}

// Orientation is a display orientation SEI message (H.264 section D.2.27, H.265 section D.3.17): left and right, and top
// and bottom, are to be exchanged, and then the picture is to be turned.
type Orientation struct {
	HorizontalFlip, VerticalFlip bool
	Anticlockwise                int  // degrees
	Lasting                      bool // until the next message or coded video sequence, and not for this picture only
	Cancel                       bool // what held ends; nothing else of the message counts
}

var errNoSEI = errors.New("SEI messages are for h264 and h265")

// frame returns what is sent of a unit: with its SEI messages, then encrypted, then with its trailer.
func (p *Publisher) frame(unit accessUnit) ([]byte, error) {
	var a Attachment
	if p.config.Attach != nil {
		if unit.made.IsZero() {
			return nil, fmt.Errorf("%s encoder lost the time in the picture", p.config.Codec)
		}
		a = p.config.Attach(Picture{Time: testpicture.Time(unit.made), KeyFrame: unit.keyFrame})
	}
	return p.config.Codec.attach(unit.data, a, p.encrypt)
}

// attach returns frame with a; encrypt may be nil.
func (c Codec) attach(frame []byte, a Attachment, encrypt func([]byte) ([]byte, error)) ([]byte, error) {
	messages, trailer, err := a.split(c)
	if err != nil {
		return nil, err
	}
	if len(messages) > 0 {
		if frame, err = c.insertSEI(frame, messages); err != nil {
			return nil, err
		}
	}
	if encrypt != nil {
		if frame, err = encrypt(frame); err != nil {
			return nil, err
		}
	}
	return append(frame, trailer...), nil
}

// split returns what goes into the frame and what goes behind it.
func (a Attachment) split(codec Codec) (messages []seiMessage, trailer []byte, err error) {
	if a.Metadata != nil {
		if trailer, err = newTrailer(*a.Metadata); err != nil {
			return nil, nil, err
		}
	}
	if a.Orientation != nil {
		messages = append(messages, a.Orientation.message(codec))
	}
	if a.MetadataInSEI && trailer != nil {
		messages = append(messages, trailerMessage(trailer))
		trailer = nil
	}
	return messages, trailer, nil
}
