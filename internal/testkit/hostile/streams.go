package hostile

import "github.com/gst-livekit/gst-livekit/caps"

// Stream is one way to be hostile with packets. Its frames are to be sent 10 ms apart, and Heavy ones alone: they are all that a
// test machine can carry.
type Stream struct {
	Name  string
	Heavy bool
	// Severs says that livekit-server passes on nothing that comes after it, however good.
	Severs bool
	// Frames makes frames of packets out of good frames, of which the first is a key frame.
	Frames func(p *Packetizer, good [][]byte, seed uint64) [][]Packet
}

// Streams are all ways: those of Kinds, and those that only packets have.
func Streams() []Stream {
	var streams []Stream
	for _, kind := range Kinds() {
		streams = append(streams, Stream{Name: kind.Name, Frames: func(p *Packetizer, good [][]byte, seed uint64) (all [][]Packet) {
			for _, frame := range kind.Frames(p.Codec, good, seed) {
				all = append(all, p.Frame(looksLikeKey(p.Codec, frame), true))
			}
			return all
		}})
	}
	return append(streams,
		Stream{Name: "fragments without an end", Frames: endless},
		Stream{Name: "jumping times and numbers", Frames: jumps},
		Stream{Name: "any time and number", Frames: wild, Severs: true},
		Stream{Name: "a marker on each slice", Frames: markers},
		Stream{Name: "20 MB without a marker", Frames: flood, Heavy: true},
	)
}

// looksLikeKey returns a frame in which a server, which reads a few bits, sees a key frame. It passes on nothing before one.
func looksLikeKey(codec caps.Codec, frame []byte) []byte {
	first := append([]byte(nil), frame...)
	switch {
	case codec == caps.VP8:
		first[0] &^= 1
	case codec == caps.H264 && frame[0] != 0:
		return append([]byte(startCode+"\x67\x42\xc0\x1f"), first...)
	case codec == caps.H265 && frame[0] != 0:
		return append([]byte(startCode+"\x42\x01"), first...)
	case codec == caps.AV1 && frame[0]>>3&15 > 2:
		first[0] = 1<<3 | 2 // a sequence header
	}
	return first
}

// endless begins frames and parts of frames, and ends none.
func endless(p *Packetizer, good [][]byte, seed uint64) [][]Packet {
	r := generator(seed)
	frames := make([][]Packet, 100)
	for i := range frames {
		frames[i] = p.Open(good[i%len(good)], i%len(good) == 0)
		for range r.IntN(4) {
			frames[i] = append(frames[i], p.More(noise(r, 1+r.IntN(1000))))
		}
	}
	return frames
}

// jumps leaves out times and numbers, as far as livekit-server passes on what comes then. After wider jumps its own numbers went
// back now and then, and what comes with a number that was there before is refused as a replay (RFC 3711 section 3.3.2).
func jumps(p *Packetizer, good [][]byte, seed uint64) [][]Packet {
	r := generator(seed)
	return changed(p, good, func(first *Packet) {
		first.Jump = uint32(r.IntN(1 << 20))
		first.Skip = uint16(r.IntN(1 << 10))
	})
}

// wild is any time and any number.
func wild(p *Packetizer, good [][]byte, seed uint64) [][]Packet {
	r := generator(seed)
	return changed(p, good, func(first *Packet) { first.Jump, first.Skip = r.Uint32(), uint16(r.Uint32()) })
}

// changed makes packets of good frames, of each of which the first is changed.
func changed(p *Packetizer, good [][]byte, change func(first *Packet)) [][]Packet {
	frames := make([][]Packet, 40)
	for i := range frames {
		frames[i] = p.Frame(good[i%len(good)], i%len(good) == 0)
		change(&frames[i][0])
	}
	return frames
}

// markers sets one on each NAL unit of H.264 and H.265, and on each packet of the others.
func markers(p *Packetizer, good [][]byte, _ uint64) (frames [][]Packet) {
	for i, frame := range good {
		packets := p.Frame(frame, i == 0)
		for j := range packets {
			packets[j].Marker = true
		}
		frames = append(frames, packets)
	}
	return frames
}

func flood(p *Packetizer, good [][]byte, seed uint64) [][]Packet {
	const size = 20 << 20
	frame := p.Open(good[0], true)
	more := p.More(noise(generator(seed), p.Size))
	for n := 0; n < size; n += len(more.Payload) {
		frame = append(frame, more)
	}
	return [][]Packet{frame}
}
