package hostile

import (
	"bytes"
	"math/rand/v2"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Kind is one way to be hostile.
type Kind struct {
	Name string
	// Frames makes frames out of good ones, of which the first is a key frame. Each call of one seed makes the same.
	Frames func(codec caps.Codec, good [][]byte, seed uint64) [][]byte
}

// Kinds are all ways. Each frame is sent as a key frame would be, so that a receiver hands it to its decoder.
func Kinds() []Kind {
	return []Kind{
		{"random", random},
		{"random behind a good header", randomBody},
		{"truncated", truncated},
		{"bits flipped", flipped},
		{"giant", giant},
		{"another size each frame", sizes},
	}
}

const some = 10 // frames of each kind

func each(f func(i int) []byte) (frames [][]byte) {
	for i := range some {
		if frame := f(i); frame != nil {
			frames = append(frames, frame)
		}
	}
	return frames
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func generator(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }

// random is what is not even a frame; of H.264 and H.265 it is NAL units of every type.
func random(codec caps.Codec, _ [][]byte, seed uint64) [][]byte {
	r := generator(seed)
	return each(func(int) []byte {
		frame := noise(r, 1+r.IntN(2000))
		if codec == caps.H264 || codec == caps.H265 {
			for at := 0; at+5 < len(frame); at += 5 + r.IntN(200) {
				copy(frame[at:], "\x00\x00\x00\x01")
				frame[at+4] &= 0x7f // forbidden_zero_bit
			}
		}
		return frame
	})
}

func randomBody(_ caps.Codec, good [][]byte, seed uint64) [][]byte {
	r := generator(seed)
	return each(func(i int) []byte {
		frame := bytes.Clone(good[0])
		start := min(20+20*i, len(frame))
		copy(frame[start:], noise(r, len(frame)-start))
		return frame
	})
}

func truncated(_ caps.Codec, good [][]byte, _ uint64) [][]byte {
	return each(func(i int) []byte {
		frame := good[i%len(good)]
		return frame[:1+(len(frame)-1)*i/some]
	})
}

func flipped(_ caps.Codec, good [][]byte, seed uint64) [][]byte {
	r := generator(seed)
	return each(func(i int) []byte {
		frame := bytes.Clone(good[i%2*(len(good)-1)])
		for range 1 + len(frame)/50 {
			frame[r.IntN(len(frame))] ^= 1 << r.IntN(8)
		}
		return frame
	})
}

// giant says that the picture is the largest that the codec can have.
func giant(codec caps.Codec, good [][]byte, _ uint64) [][]byte {
	return each(func(int) []byte { return WithSize(codec, good[0], 16383, 16383) })
}

func sizes(codec caps.Codec, good [][]byte, seed uint64) [][]byte {
	r := generator(seed)
	return each(func(int) []byte { return WithSize(codec, good[0], 16+r.IntN(2000), 16+r.IntN(2000)) })
}
