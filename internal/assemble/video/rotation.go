package video

import "github.com/gst-livekit/gst-livekit/internal/picture"

// rotationOfCVO reads a video orientation byte, 0 0 0 0 C F R1 R0 (3GPP TS 26.114 section 7.4.5). The order of F and R
// is not specified; since F is "on the video as sent on the link", it is applied first here, as in SEI messages. The
// camera (C) and the finer angles of urn:3gpp:video-orientation:6 are ignored.
func rotationOfCVO(b byte) picture.Rotation {
	return picture.Rotation{Degrees: int(b&3) * 90, Mirrored: b&4 != 0, Known: true}
}

// orientationMessage is a display orientation SEI message (H.264 sections D.1.27 and D.2.27, H.265 sections D.2.17 and
// D.3.17).
type orientationMessage struct {
	rotation picture.Rotation // not Known if the message cancels the previous one
	tail     bool             // the bit after the angle, whose meaning differs between the two standards
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
	// Three flags, 16 bits for the anticlockwise rotation in units of 2^-16 of a full turn, and the tail.
	hor, ver := b[0]&horFlip != 0, b[0]&verFlip != 0
	bits := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	const quarter = 1 << 14
	quarters := (bits>>5&0xffff + quarter/2) / quarter // rounded to the nearest
	if ver {
		quarters += 2 // a vertical flip is a horizontal flip and half a turn
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

// displayOrientation tracks the display orientation SEI messages of a stream.
type displayOrientation struct {
	lasting picture.Rotation
}

// next returns the rotation of an access unit. newSequence says that a coded video sequence begins with it, which ends
// all earlier messages; persists says that m applies until the next message or sequence, and not only to this unit.
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
