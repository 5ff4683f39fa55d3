package video

import (
	"encoding/binary"

	"github.com/pion/rtp/codecs"
)

// vp8 implements RFC 7741. A frame is the payloads without their descriptors, one after another.
type vp8 struct {
	descriptor codecs.VP8Packet
	picture    uint16 // picture ID of the last frame that began; valid if hasPicture
	hasPicture bool
	first      codecs.VP8Packet // descriptor of the first packet of the unit
	layers     temporalLayers
}

func (v *vp8) look(payload []byte) glance {
	data, err := v.descriptor.Unmarshal(payload)
	if err != nil || !v.begins() || len(data) == 0 {
		return glance{}
	}
	key := data[0]&1 == 0
	return glance{begins: true, restarts: true, key: key, entry: key, blank: key && isBlankVP8(data)}
}

// begins reports whether the last descriptor belongs to the first packet of a frame (RFC 7741 section 4.2).
func (v *vp8) begins() bool {
	return v.descriptor.S == 1 && v.descriptor.PID == 0
}

func (v *vp8) continues(payload []byte) bool {
	if !v.hasPicture {
		return false
	}
	if _, err := v.descriptor.Unmarshal(payload); err != nil || v.descriptor.I == 0 || !v.begins() {
		return false
	}
	return followsPicture(v.descriptor.PictureID, v.picture)
}

func (v *vp8) reset() {}

func (v *vp8) add(unit, payload []byte) ([]byte, error) {
	data, err := v.descriptor.Unmarshal(payload)
	if err != nil {
		return unit, err
	}
	switch {
	case len(unit) == 0 && !v.begins():
		return unit, errPartial
	case len(unit) == 0:
		v.picture, v.hasPicture = v.descriptor.PictureID, v.descriptor.I == 1
		v.first = v.descriptor
	}
	return append(unit, data...), nil
}

// finish recognizes a key frame by its frame tag and start code, after which it has its size (RFC 6386 section 9.1).
func (v *vp8) finish(unit []byte) (frame, error) {
	if len(unit) == 0 {
		return frame{}, errNoPicture
	}
	if unit[0]&1 != 0 {
		return frame{data: unit, orphan: !v.layers.takes(&v.first, false)}, nil
	}
	if len(unit) < 10 || unit[3] != 0x9d || unit[4] != 0x01 || unit[5] != 0x2a {
		return frame{}, errTruncated
	}
	width, height := binary.LittleEndian.Uint16(unit[6:]), binary.LittleEndian.Uint16(unit[8:])
	v.layers.takes(&v.first, true)
	const size = 1<<14 - 1 // the two bits above are a scaling hint, which decoders ignore
	f := frame{data: unit, key: true, width: int(width & size), height: int(height & size)}
	f.pixels = pixels(f.width, f.height)
	return f, nil
}

// followsPicture reports whether b is the picture ID after a, for VP8 or VP9. Picture IDs have 15 or 7 bits.
func followsPicture(b, a uint16) bool {
	next := (a + 1) & 0x7fff
	return b == next || b == 0 && next == 0x80
}
