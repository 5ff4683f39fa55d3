package caps_test

import (
	"fmt"

	"github.com/gst-livekit/gst-livekit/caps"
)

// A negotiated pad's caps, and where the pixels of its buffers are.
func Example() {
	info, err := caps.ParseCaps("video/x-raw, format=(string)I420, width=(int)319, height=(int)241, framerate=(fraction)30/1")
	if err != nil {
		fmt.Println(err)
		return
	}
	padded, err := info.Type.GStreamerLayout(info.Width, info.Height)
	if err != nil {
		fmt.Println(err)
		return
	}
	tight, err := info.Type.Layout(info.Width, info.Height)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("from GStreamer:", padded.Size, "bytes, tight", padded.Tight())
	fmt.Println("for LiveKit:   ", tight.Size, "bytes, tight", tight.Tight())
	for i, p := range tight.Planes {
		fmt.Println("plane", i, "at", p.Offset, "has", p.Height, "rows of", p.Width, "bytes")
	}
	// Output:
	// from GStreamer: 116160 bytes, tight false
	// for LiveKit:    115599 bytes, tight true
	// plane 0 at 0 has 241 rows of 319 bytes
	// plane 1 at 76879 has 121 rows of 160 bytes
	// plane 2 at 96239 has 121 rows of 160 bytes
}

// Parse is for what people type: either library's name, in any case.
func ExampleParse() {
	for _, name := range []string{"I420A", "a420", "yuy2"} {
		t, err := caps.Parse(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(t, int32(t), t.Caps())
	}
	// Output:
	// I420A 6 video/x-raw, format=(string)A420
	// I420A 6 video/x-raw, format=(string)A420
	// unknown video format "yuy2": want one of RGBA, ABGR, ARGB, BGRA, RGB24 (RGB), I420, I420A (A420), I422 (Y42B), I444 (Y444), I010 (I420_10LE), NV12
}

func ExampleVideoInfo_Caps() {
	s, err := caps.VideoInfo{
		Type:      caps.I010,
		Width:     1280,
		Height:    720,
		FrameRate: caps.Fraction{Num: 30, Den: 1},
	}.Caps()
	fmt.Println(s, err)
	// Output:
	// video/x-raw, format=(string)I420_10LE, width=(int)1280, height=(int)720, framerate=(fraction)30/1 <nil>
}

// The codec of a LiveKit track gives the caps of the appsrc that feeds its decoder.
func ExampleCodecFromMimeType() {
	c, err := caps.CodecFromMimeType("video/h264")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c, c.ClockRate(), c.Caps())
	// Output:
	// H264 90000 video/x-h264, stream-format=(string)byte-stream, alignment=(string)au
}
