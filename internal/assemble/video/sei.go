package video

import "bytes"

// maxSEI is the size of the largest SEI NAL unit that is parsed. The relevant messages are small.
const maxSEI = 4096

// Payload types of SEI messages (H.264 section D.1.1, H.265 section D.2.1).
const (
	seiUserDataUnregistered = 5
	seiDisplayOrientation   = 47
)

// trailerUUID marks a user_data_unregistered SEI message (H.264 section D.1.7) that holds a trailer.
var trailerUUID = [16]byte{0x3f, 0xa8, 0x5f, 0x64, 0x57, 0x17, 0x45, 0x62, 0xb3, 0xfc, 0x2c, 0x96, 0x3f, 0x66, 0xaf, 0xa6}

// seiReader reads the relevant messages from the SEI NAL units of an access unit. They stay in the stream, where
// decoders ignore them.
type seiReader struct {
	trailer     trailerItems
	orientation orientationMessage
	rbsp        []byte // scratch memory
}

// reset clears what was read of an access unit.
func (s *seiReader) reset() {
	s.trailer.reset()
	s.orientation = orientationMessage{}
}

// read reads an SEI NAL unit without its header (H.264 section 7.3.2.3, H.265 section 7.3.2.4).
func (s *seiReader) read(payload []byte) {
	if len(payload) > maxSEI {
		return
	}
	s.rbsp = appendRBSP(s.rbsp[:0], payload)
	for b := s.rbsp; len(b) > 2; {
		var kind, size int
		if kind, b = seiNumber(b); len(b) == 0 {
			return
		}
		if size, b = seiNumber(b); size > len(b) {
			return
		}
		message := b[:size]
		b = b[size:]
		switch kind {
		case seiUserDataUnregistered:
			if bytes.HasPrefix(message, trailerUUID[:]) {
				_, items := cutTrailer(message[len(trailerUUID):])
				s.trailer.keep(items)
			}
		case seiDisplayOrientation:
			if m := parseOrientation(message); m.present {
				s.orientation = m
			}
		}
	}
}

// seiNumber reads a number in the encoding of SEI messages: 255 for each leading byte of ones, plus the next byte.
func seiNumber(b []byte) (n int, rest []byte) {
	for len(b) > 0 {
		c := b[0]
		b = b[1:]
		n += int(c)
		if c != 0xff {
			break
		}
	}
	return n, b
}

// appendRBSP appends a NAL unit without its emulation prevention bytes, each of which is a 3 after two zeros (H.264
// section 7.3.1, H.265 section 7.3.1.1).
func appendRBSP(dst, nal []byte) []byte {
	zeros := 0
	for _, b := range nal {
		if zeros >= 2 && b == 3 {
			zeros = 0
			continue
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		dst = append(dst, b)
	}
	return dst
}
