package video

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
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
	var references vp9References
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
		var hidden [][]byte
		for n, layer := range layers {
			h, ok := references.read(layer)
			if !ok {
				panic("the header of a recorded frame cannot be read")
			}
			if n < len(layers)-1 {
				layer = hiddenVP9(layer, h)
			}
			hidden = append(hidden, layer)
		}
		units = append(units, superframeOf(hidden))
	}
	return units
}

// hiddenVP9 returns a frame of profile 0 with show_frame 0, put together bit by bit.
func hiddenVP9(frame []byte, h vp9Header) []byte {
	var bits strings.Builder
	for _, b := range frame[:(h.size+7)/8] {
		fmt.Fprintf(&bits, "%08b", b)
	}
	old := bits.String()[:h.size]
	text := old[:6] + "0" + old[7:8]
	if !h.key {
		text += "0" // intra_only
	}
	return append(packBits(text+old[8:]), frame[(h.size+7)/8:]...)
}

// packBits makes bytes of text with 0, 1 and spaces.
func packBits(text string) (packed []byte) {
	text = strings.ReplaceAll(text, " ", "")
	text += strings.Repeat("0", (8-len(text)%8)%8)
	for ; text != ""; text = text[8:] {
		b, err := strconv.ParseUint(text[:8], 2, 8)
		if err != nil {
			panic(err)
		}
		packed = append(packed, byte(b))
	}
	return packed
}

// superframeOf is what splitSuperframe takes apart, or the frame if there is only one.
func superframeOf(frames [][]byte) []byte {
	all := bytes.Join(frames, nil)
	if len(frames) == 1 {
		return all
	}
	size := 1
	for _, f := range frames {
		if len(f) > 255 {
			size = 2
		}
	}
	marker := byte(0xc0 + (size-1)<<3 + len(frames) - 1)
	all = append(all, marker)
	for _, f := range frames {
		all = append(all, binary.LittleEndian.AppendUint16(nil, uint16(len(f)))[:size]...)
	}
	return append(all, marker)
}
