package main

import (
	"errors"
	"os"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4/pkg/media/oggwriter"

	"github.com/gst-livekit/gst-livekit/bench/clip"
)

// recording keeps the beginning of a track in a file: VP8 and VP9 as IVF, H.264 as it is. It appears under its name when
// it is complete.
type recording struct {
	path  string
	file  *os.File
	write func([]byte) error
	left  int
}

func newRecording(path string, o options) (*recording, error) {
	file, err := os.Create(path + ".part")
	if err != nil {
		return nil, err
	}
	r := &recording{path: path, file: file, left: o.recordFrames}
	r.write = func(data []byte) error { _, err := file.Write(data); return err }
	if _, ok := ivfFourCC[o.codec]; ok {
		f, err := newIVF(file, o.codec, o.width, o.height, o.frameRate)
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		r.write = f.write
	}
	return r, nil
}

// add takes the next frame. It is for one goroutine.
func (r *recording) add(data []byte) error {
	if r.left == 0 {
		return nil
	}
	if err := r.write(data); err != nil {
		return err
	}
	if r.left--; r.left > 0 {
		return nil
	}
	if err := r.file.Close(); err != nil {
		return err
	}
	return os.Rename(r.path+".part", r.path)
}

// recordFrames keeps a clip in a file, as often as it takes.
func recordFrames(o options, frames [][]byte) error {
	if o.record == "" {
		return nil
	}
	kept, err := newRecording(o.record, o)
	for i := 0; err == nil && i < o.recordFrames; i++ {
		err = kept.add(frames[i%len(frames)])
	}
	return err
}

// recordSound keeps a clip of sound in a file, as often as it takes: as Ogg.
func recordSound(o options, packets [][]byte) error {
	if o.record == "" || o.tracks > 0 {
		return nil
	}
	file, err := oggwriter.New(o.record+".part", clip.SoundRate, 1)
	for i := 0; err == nil && i < o.recordFrames; i++ {
		err = file.WriteRTP(&rtp.Packet{
			Header: rtp.Header{Timestamp: uint32(i+1) * clip.SoundRate / clip.SoundPackets}, Payload: packets[i%len(packets)],
		})
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return err
	}
	return os.Rename(o.record+".part", o.record)
}
