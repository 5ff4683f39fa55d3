package video

import (
	"errors"
	"fmt"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// depacketizers is the table of payload formats.
var depacketizers = map[caps.Codec]func() depacketizer{
	caps.VP8:  func() depacketizer { return &vp8{} },
	caps.H264: func() depacketizer { return &h264{nalUnits: nalUnits{reorder: mediaclock.UnknownReorder}} },
	caps.VP9:  func() depacketizer { return &vp9{} },
	caps.AV1:  func() depacketizer { return &av1{} },
	caps.H265: func() depacketizer { return &h265{nalUnits: nalUnits{reorder: mediaclock.UnknownReorder}} },
}

// depacketizer knows one payload format. It takes the payloads of one access unit at a time, in sequence.
type depacketizer interface {
	// look tells what it can of a payload without taking it. It is called for payloads of any unit.
	look(payload []byte) glance
	// reset forgets a unit that is not finished.
	reset()
	// add appends what payload carries to unit, which holds all that add returned since reset.
	add(unit, payload []byte) ([]byte, error)
	// finish takes the whole unit, without LiveKit's trailer at its end, and returns it as a decoder takes it. It may return
	// errNoPicture.
	finish(unit []byte) (frame, error)
}

// glance is what one payload shows by itself.
type glance struct {
	begins   bool // it can be the first of a unit. Needed only if the packet before it is missing
	restarts bool // it is the first of a unit for certain, even if one of this timestamp is under way
	key      bool // it is the beginning of a key frame, or of its parameter sets
	entry    bool // decoding can begin with it, whatever came before
	blank    bool // it is a blank frame of the server, whole
}

// frame is a finished unit.
type frame struct {
	data     []byte
	trailer  []byte           // items of a trailer that was not cut off the end of the unit, or nil
	rotation picture.Rotation // as the stream itself has it
	key      bool             // decoding can begin with it
	bare     bool             // it would be a key frame, but for what has to come with that and did not
	leading  bool             // it refers to frames from before the last key frame
	orphan   bool             // it refers to frames that were left out, and no later frame needs it
	severed  bool             // it refers to frames that were left out, and so may all up to the next key frame
	reorder  int              // how many frames a decoder holds back to put them into the order of showing, or mediaclock.UnknownReorder

	width, height int // as AccessUnit has them
	colorimetry   picture.Colorimetry
	pixels        int // of the largest picture that the unit has a decoder make room for; 0: no other than before
}

// trailerInside is a depacketizer that finds LiveKit's trailers by itself: they are not at the end of a unit.
type trailerInside interface {
	trailerInside()
}

// forgetter is a depacketizer that puts parameter sets of one unit into others.
type forgetter interface {
	// forget forgets them: there was something in them that no decoder is to see.
	forget()
}

// gapFinder is a depacketizer that sees by the numbers in the stream which frames were left out.
type gapFinder interface {
	// lost says that frames are missing anyway: up to the next key frame, numbers say nothing.
	lost()
}

// continuer is a depacketizer that can tell two units which follow on each other from two with one missing between.
type continuer interface {
	// continues reports whether payload begins the unit after the last one that was added. Whatever packets were lost
	// between them were no part of a unit, but padding.
	continues(payload []byte) bool
}

var (
	// errNoPicture is returned for a unit that holds no picture but, say, parameter sets only.
	errNoPicture = errors.New("no picture in access unit")
	errTruncated = errors.New("payload too short")
	errPartial   = errors.New("beginning or end of access unit is missing")
	errTooLarge  = errors.New("access unit too large")
	errFormat    = errors.New("payload structure not supported")
)

// UnsupportedCodecError is returned by [New] for a codec that has no depacketizer.
type UnsupportedCodecError struct {
	Codec caps.Codec
}

func (e *UnsupportedCodecError) Error() string {
	return fmt.Sprintf("no rtp depacketizer for %s", e.Codec)
}
