// Package clip makes short streams that are encoded once, so that one machine can publish many tracks at the same time.
package clip

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Sound has this many packets a second, of SoundRate samples a second in one channel. The first packet of the clip has the beginning
// of a burst of 100 ms, which is much louder than the rest.
const (
	SoundPackets = 50
	SoundRate    = 48000
)

// seconds is how long a clip is. It can be repeated without a pause.
const seconds = 2

// encoders are GStreamer's, with their properties: one key frame, at the beginning, in a stream of so many frames and bits per second.
var encoders = map[string]string{
	"vp8":  "vp8enc deadline=1 cpu-used=8 end-usage=cbr keyframe-max-dist=%[1]d target-bitrate=%[2]d",
	"h264": "x264enc tune=zerolatency speed-preset=veryfast key-int-max=%[1]d bitrate=%[3]d ! video/x-h264,stream-format=byte-stream,alignment=au",
}

// Video encodes a picture in motion, and returns its frames. Only the first one is a key frame.
func Video(ctx context.Context, codec string, width, height, frameRate int) ([][]byte, error) {
	encoder, ok := encoders[codec]
	if !ok {
		return nil, fmt.Errorf("no clip is made of codec %q", codec)
	}
	frames := seconds * frameRate
	bitrate := width * height * frameRate * 7 / 100
	source := fmt.Sprintf("videotestsrc num-buffers=%d pattern=zone-plate kx2=20 ky2=20 kt=1 ! video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1",
		frames, width, height, frameRate)
	return encode(ctx, source+" ! "+fmt.Sprintf(encoder, frames, bitrate, bitrate/1000), frames)
}

// Sound encodes quiet noise with the burst, as Opus of 64 kbit/s, and returns its packets.
func Sound(ctx context.Context) ([][]byte, error) {
	file, err := os.CreateTemp("", "clip-*.s16")
	if err != nil {
		return nil, fmt.Errorf("make a clip of sound: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err = file.Write(samples(seconds + 1)); err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("make a clip of sound: %w", err)
	}
	line := fmt.Sprintf("filesrc location=%s ! rawaudioparse format=pcm pcm-format=s16le sample-rate=%d num-channels=1 ! "+
		"opusenc bitrate=64000 frame-size=20 ! audio/x-opus", file.Name(), SoundRate)
	packets, err := encode(ctx, line, (seconds+1)*SoundPackets)
	if err != nil {
		return nil, err
	}
	return packets[SoundPackets:], nil // the encoder needs the first second to settle
}

// samples are quiet noise, with a burst at the beginning of every second but the first.
func samples(seconds int) []byte {
	const (
		burst = SoundRate / 10
		hertz = 1000
	)
	noise := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // it is noise
	var data []byte
	for i := range seconds * SoundRate {
		value := 0.02 * (2*noise.Float64() - 1)
		if i >= SoundRate && i%SoundRate < burst {
			value = 0.7 * math.Sin(2*math.Pi*hertz*float64(i)/SoundRate)
		}
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(value*math.MaxInt16)))
	}
	return data
}

// encode runs a pipeline, and returns the first buffers that come out of it.
func encode(ctx context.Context, line string, least int) ([][]byte, error) {
	dir, err := os.MkdirTemp("", "clip-")
	if err != nil {
		return nil, fmt.Errorf("make a clip: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	words := strings.Fields("-q " + line + " ! multifilesink location=" + filepath.Join(dir, "%06d"))
	if out, err := exec.CommandContext(ctx, "gst-launch-1.0", words...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make a clip: gst-launch-1.0 %s: %w\n%s", strings.Join(words, " "), err, out)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) < least {
		return nil, fmt.Errorf("make a clip: %d buffers of %d came out of gst-launch-1.0 %s", len(names), least, strings.Join(words, " "))
	}
	var buffers [][]byte
	for _, name := range names[:least] {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("make a clip: %w", err)
		}
		buffers = append(buffers, data)
	}
	return buffers, nil
}
