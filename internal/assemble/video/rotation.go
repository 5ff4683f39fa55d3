package video

import "github.com/gst-livekit/gst-livekit/internal/picture"

// rotationOfCVO reads a video orientation byte, 0 0 0 0 C F R1 R0 (3GPP TS 26.114 section 7.4.5). The order of F and R
// is not stated there; as F is "on the video as sent on the link", it comes first here, as in SEI messages. Which camera
// it is (C), and the finer angles of urn:3gpp:video-orientation:6, are passed over.
func rotationOfCVO(b byte) picture.Rotation {
	return picture.Rotation{Degrees: int(b&3) * 90, Mirrored: b&4 != 0, Known: true}
}

// orientationMessage is a display orientation SEI message (H.264 sections D.1.27 and D.2.27, H.265 sections D.2.17 and
// D.3.17).
type orientationMessage struct {
	rotation picture.Rotation // not Known if the message cancels what held before
	tail     bool             // the bit behind the angle; what it means differs between the two standards
	present  bool
}

// parseOrientation reads the payload of a display orientation SEI message.
func parseOrientation(b []byte) (m orientationMessage) {
	const cancel, horFlip, verFlip = 0x80, 0x40, 0x20
	if len(b) < 1 {
		return m
	}
	if b[0]&cancel != 0 {
		return orientationMessage{present: true}
	}
	if len(b) < 3 {
		return m
	}
	// Three flags, 16 bits for the anticlockwise turn in units of 2^-16 of a full one, and the tail.
	hor, ver := b[0]&horFlip != 0, b[0]&verFlip != 0
	bits := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	const quarter = 1 << 14
	quarters := (bits>>5&0xffff + quarter/2) / quarter // the nearest
	if ver {
		quarters += 2 // top and bottom exchanged is left and right exchanged, then half a turn
	}
	return orientationMessage{
		rotation: picture.Rotation{
			Degrees:  int(-quarters&3) * 90,
			Mirrored: hor != ver,
			Known:    true,
		},
		tail:    bits&0x10 != 0,
		present: true,
	}
}

// displayOrientation follows the display orientation SEI messages of a stream.
type displayOrientation struct {
	lasting picture.Rotation
}

// next returns what holds for an access unit. newSequence says that a coded video sequence begins with it, where every
// message from before ends; persists, that m holds until the next message or sequence, and not for this unit alone.
func (d *displayOrientation) next(m orientationMessage, newSequence, persists bool) picture.Rotation {
	if newSequence {
		d.lasting = picture.Rotation{}
	}
	if !m.present {
		return d.lasting
	}
	if persists || !m.rotation.Known {
		d.lasting = m.rotation
	}
	return m.rotation
}
