package video

import (
	"errors"
	"fmt"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// depacketizers has the implementation of each payload format.
var depacketizers = map[caps.Codec]func() depacketizer{
	caps.VP8:  func() depacketizer { return &vp8{} },
	caps.H264: func() depacketizer { return &h264{nalUnits: nalUnits{reorder: mediaclock.UnknownReorder}} },
	caps.VP9:  func() depacketizer { return &vp9{} },
	caps.AV1:  func() depacketizer { return &av1{} },
	caps.H265: func() depacketizer { return &h265{nalUnits: nalUnits{reorder: mediaclock.UnknownReorder}} },
}

// depacketizer implements one payload format. It gets the payloads of one access unit at a time, in sequence.
type depacketizer interface {
	// look inspects a payload without adding it. It is called for payloads of any unit.
	look(payload []byte) glance
	// reset drops an unfinished unit.
	reset()
	// add appends the data in payload to unit, which is the result of the previous add since reset.
	add(unit, payload []byte) ([]byte, error)
	// finish gets the whole unit, without LiveKit's trailer at its end, and returns it in the form that a decoder takes.
	// It may return errNoPicture.
	finish(unit []byte) (frame, error)
}

// glance is what one payload shows without the packets before it.
type glance struct {
	begins   bool // it can be the first of a unit; only needed if the packet before it is missing
	restarts bool // it is certainly the first of a unit, even if one with this timestamp is open
	key      bool // it is the beginning of a key frame or of its parameter sets
	entry    bool // decoding can begin with it, without any earlier packet
	blank    bool // it is a complete blank frame of the server
}

// frame is a finished unit.
type frame struct {
	data     []byte
	trailer  []byte           // items of a trailer that was not at the end of the unit, or nil
	rotation picture.Rotation // from the stream itself
	key      bool             // decoding can begin with it
	bare     bool             // a key frame without the parameter sets or the sequence header that decoding needs
	leading  bool             // it refers to frames before the last key frame
	orphan   bool             // it refers to frames that were dropped, and no later frame needs it
	severed  bool             // it refers to frames that were dropped, and so may all frames up to the next key frame
	reorder  int              // how many frames a decoder holds back to reorder them, or mediaclock.UnknownReorder

	width, height int // like AccessUnit.Width and Height
	colorimetry   picture.Colorimetry
	pixels        int // of the largest picture for which a decoder has to allocate memory; 0: not larger than before
}

// trailerInside is a depacketizer that finds LiveKit's trailers itself, because they are not at the end of a unit.
type trailerInside interface {
	trailerInside()
}

// forgetter is a depacketizer that adds parameter sets from one unit to others.
type forgetter interface {
	// forget drops the parameter sets: no decoder may get them.
	forget()
}

// gapFinder is a depacketizer that uses numbers in the stream to find frames that were dropped before they reached us.
type gapFinder interface {
	// lost says that packets are missing: until the next key frame the numbers cannot be used.
	lost()
}

// continuer is a depacketizer that can tell two consecutive units from two with a missing one between them.
type continuer interface {
	// continues reports whether payload begins the unit after the last one that was added. Then the packets that were
	// lost between them were only padding.
	continues(payload []byte) bool
}

var (
	// errNoPicture is returned for a unit without a picture, for instance one that has only parameter sets.
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
