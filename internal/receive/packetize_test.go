package receive

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"github.com/pion/rtp/codecs"
)

// packetized makes a recording of frames: the payloads of each, a frame each 33.3 ms.
func packetized(r recording, payloads func(i int, frame []byte) [][]byte) recording {
	for i, f := range r.frames {
		all := payloads(i, f)
		for j, payload := range all {
			header := []byte{0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
			ticks := uint32(i * 3000)
			binary.BigEndian.PutUint32(header[4:], 90000+ticks)
			sequence := uint16(1000 + len(r.packets))
			at := firstArrival + time.Duration(ticks)*time.Second/90000
			r.packets = append(r.packets, timed{at, packetWith(header, sequence, j == len(all)-1, payload)})
		}
	}
	return r
}

// av1Payloads is pion's payload format, which owes nothing to the depacketizer under test.
func av1Payloads(_ int, frame []byte) [][]byte {
	return (&codecs.AV1Payloader{}).Payload(188, frame)
}

// vp9Form is how the descriptors of a VP9 stream with spatial layers are written (RFC 9628 section 4.2).
type vp9Form struct {
	flexible     bool
	shortPicture bool   // 7-bit picture IDs, not 15
	firstPicture uint16 // picture ID of the first picture
	dropped      func(picture, layer int) bool
}

// payloads returns those of one picture, whose layers are told apart by its superframe index, in packets of 60 bytes at
// most. Pictures refer to the one before, but for each 30th; upper layers to the one below, there only.
func (form vp9Form) payloads(picture int, superframe []byte) (all [][]byte) {
	key := picture%30 == 0
	for sid, layer := range splitSuperframe(superframe) {
		if form.dropped != nil && form.dropped(picture, sid) {
			continue
		}
		for first := true; len(layer) > 0; first = false {
			d := form.descriptor(picture, sid, key, first)
			n := min(len(layer), 60-len(d))
			if n == len(layer) {
				d[0] |= 0x04 // E
			}
			all = append(all, append(d, layer[:n]...))
			layer = layer[n:]
		}
	}
	return all
}

func (form vp9Form) descriptor(picture, sid int, key, first bool) []byte {
	d := []byte{0x80 | 0x20} // I, L
	id := form.firstPicture + uint16(picture)
	if form.shortPicture {
		d = append(d, byte(id&0x7f))
	} else {
		d = append(d, 0x80|byte(id>>8), byte(id))
	}
	layers := byte(sid << 1)
	if key && sid > 0 {
		layers |= 1 // D
	}
	d = append(d, layers)
	if form.flexible {
		d[0] |= 0x10
	} else {
		d = append(d, byte(picture)) // TL0PICIDX
	}
	if !key {
		d[0] |= 0x40
		if form.flexible {
			d = append(d, 1<<1|1, 2<<1) // two P_DIFF
		}
	}
	if first {
		d[0] |= 0x08
	}
	if first && key && sid == 0 {
		// The scalability structure: three sizes, and a picture group of one with one reference.
		d[0] |= 0x02
		d = append(d, 2<<5|0x10|0x08, 0, 40, 0, 30, 0, 80, 0, 60, 0, 160, 0, 120, 1, 1<<2, 1)
	}
	return d
}

// splitSuperframe returns the frames of a superframe by its index (VP9 bitstream specification annex B).
func splitSuperframe(superframe []byte) (frames [][]byte) {
	last := superframe[len(superframe)-1]
	size := int(last>>3&3) + 1
	count := int(last&7) + 1
	index := superframe[len(superframe)-1-size*count : len(superframe)-1]
	for i := range count {
		n := 0
		for j := range size {
			n |= int(index[i*size+j]) << (8 * j)
		}
		frames = append(frames, superframe[:n])
		superframe = superframe[n:]
	}
	return frames
}

// layersOf returns the superframes as units, without the layers that form drops.
func (form vp9Form) layersOf(superframes [][]byte) (units [][]byte) {
	for i, f := range superframes {
		layers := splitSuperframe(f)
		if form.dropped != nil {
			kept := layers[:0]
			for sid, layer := range layers {
				if !form.dropped(i, sid) {
					kept = append(kept, layer)
				}
			}
			layers = kept
		}
		units = append(units, slices.Clone(bytes.Join(layers, nil)))
	}
	return units
}
