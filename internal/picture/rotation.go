package picture

// Rotation is what has to be done to a decoded picture to see it upright: if Mirrored, left and right are exchanged first,
// and then it is turned clockwise by Degrees. This is the sense of GStreamer's image-orientation tag ("rotate-90",
// "flip-rotate-90"), and that of WebRTC's VideoRotation.
type Rotation struct {
	Degrees  int // 0, 90, 180 or 270
	Mirrored bool
	Known    bool // the stream says so; otherwise the rest is zero
}
