package audio

import "time"

const (
	// maxOpusDuration and maxOpusFrame are limits of RFC 6716 section 3.4 (R5 and R2).
	maxOpusDuration = 120 * time.Millisecond
	maxOpusFrame    = 1275

	opusStereo = 0x04 // the bit s of the TOC byte
)

// Stereo reports whether an Opus packet has two channels (RFC 6716 section 3.1). Not every packet of a stereo stream has.
func Stereo(packet []byte) bool { return len(packet) > 0 && packet[0]&opusStereo != 0 }

// opusFrameDuration returns the duration of each frame in a packet (RFC 6716 table 2).
func opusFrameDuration(toc byte) time.Duration {
	config := toc >> 3
	switch {
	case config < 12: // SILK
		return [...]time.Duration{10, 20, 40, 60}[config&3] * time.Millisecond
	case config < 16: // hybrid
		return [...]time.Duration{10, 20}[config&1] * time.Millisecond
	default: // CELT
		return 2500 * time.Microsecond << (config & 3)
	}
}

// readOpus returns the duration of an Opus packet, and whether it says that there is silence. ok is false if it is not a
// packet that a decoder takes (RFC 6716 section 3.4).
func readOpus(packet []byte) (duration time.Duration, silent, ok bool) {
	if len(packet) == 0 {
		return 0, false, false
	}
	toc, rest := packet[0], packet[1:]
	count, longest := 1, len(rest)
	switch toc & 3 {
	case 0:
	case 1:
		count, longest, ok = 2, len(rest)/2, len(rest)%2 == 0
		if !ok {
			return 0, false, false
		}
	case 2:
		first, n, ok := opusLength(rest)
		if !ok || first > len(rest)-n {
			return 0, false, false
		}
		count, longest = 2, max(first, len(rest)-n-first)
	default:
		if count, longest, ok = readOpusFrames(rest); !ok {
			return 0, false, false
		}
	}
	duration = time.Duration(count) * opusFrameDuration(toc)
	if longest > maxOpusFrame || duration > maxOpusDuration {
		return 0, false, false
	}
	return duration, longest <= 1 || isCELTSilence(packet), true
}

// readOpusFrames returns the number of frames in a packet of code 3, and the length of the longest one. rest is what
// follows the TOC byte (RFC 6716 section 3.2.5).
func readOpusFrames(rest []byte) (count, longest int, ok bool) {
	if len(rest) == 0 {
		return 0, 0, false
	}
	head := rest[0]
	rest = rest[1:]
	if count = int(head & 0x3f); count == 0 {
		return 0, 0, false
	}
	if head&0x40 != 0 { // padding
		for {
			if len(rest) == 0 {
				return 0, 0, false
			}
			n := int(rest[0])
			rest = rest[1:]
			more := n == 255
			if more {
				n = 254
			}
			if n > len(rest) {
				return 0, 0, false
			}
			rest = rest[:len(rest)-n] // the bytes themselves are at the end
			if !more {
				break
			}
		}
	}
	if head&0x80 == 0 { // all frames have the same length
		return count, len(rest) / count, len(rest)%count == 0
	}
	sum := 0
	for range count - 1 {
		length, n, ok := opusLength(rest)
		if !ok {
			return 0, 0, false
		}
		rest = rest[n:]
		sum += length
		longest = max(longest, length)
	}
	return count, max(longest, len(rest)-sum), sum <= len(rest)
}

// opusLength reads the length of a frame, and returns how many bytes it takes (RFC 6716 section 3.2.1).
func opusLength(b []byte) (length, n int, ok bool) {
	switch {
	case len(b) == 0:
		return 0, 0, false
	case b[0] < 252:
		return int(b[0]), 1, true
	case len(b) == 1:
		return 0, 0, false
	default:
		return int(b[0]) + 4*int(b[1]), 2, true
	}
}

// isCELTSilence reports whether a packet is one frame with nothing but the silence flag of CELT (RFC 6716 section 4.3),
// which libopus sends for digital silence, every 400 ms with DTX.
func isCELTSilence(packet []byte) bool {
	return len(packet) == 3 && packet[0] >= 0x80 && packet[0]&3 == 0 && packet[1] == 0xff && packet[2] == 0xfe
}
