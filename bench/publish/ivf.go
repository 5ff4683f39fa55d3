package main

import (
	"encoding/binary"
	"fmt"
	"io"
)

// ivfFourCC names the codecs that IVF, the container of libvpx's tools, has names for.
var ivfFourCC = map[string]string{"vp8": "VP80", "vp9": "VP90"}

// ivf writes an IVF file: little endian, a header of 32 bytes, and 12 bytes before each frame.
type ivf struct {
	w      io.Writer
	frames uint64
}

// newIVF writes the header. Frames are numbered at a constant rate.
func newIVF(w io.Writer, codec string, width, height, frameRate int) (*ivf, error) {
	fourCC, ok := ivfFourCC[codec]
	if !ok {
		return nil, fmt.Errorf("IVF has no name for codec %q", codec)
	}
	header := []byte("DKIF")
	header = binary.LittleEndian.AppendUint16(header, 0)  // version
	header = binary.LittleEndian.AppendUint16(header, 32) // of this header
	header = append(header, fourCC...)
	header = binary.LittleEndian.AppendUint16(header, uint16(width))
	header = binary.LittleEndian.AppendUint16(header, uint16(height))
	header = binary.LittleEndian.AppendUint32(header, uint32(frameRate))
	header = binary.LittleEndian.AppendUint32(header, 1) // per second
	header = append(header, make([]byte, 8)...)          // the number of frames, which nobody needs
	if _, err := w.Write(header); err != nil {
		return nil, err
	}
	return &ivf{w: w}, nil
}

func (f *ivf) write(data []byte) error {
	header := binary.LittleEndian.AppendUint32(nil, uint32(len(data)))
	header = binary.LittleEndian.AppendUint64(header, f.frames)
	f.frames++
	if _, err := f.w.Write(header); err != nil {
		return err
	}
	_, err := f.w.Write(data)
	return err
}
