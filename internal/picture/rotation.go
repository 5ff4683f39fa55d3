package picture

// Rotation says how to show a decoded picture upright: first flip it horizontally if Mirrored, and then rotate it
// clockwise by Degrees. GStreamer's image-orientation tag ("rotate-90", "flip-rotate-90") and WebRTC's VideoRotation
// mean the same.
type Rotation struct {
	Degrees  int // 0, 90, 180 or 270
	Mirrored bool
	Known    bool // the stream contains it; otherwise the other fields are zero
}
