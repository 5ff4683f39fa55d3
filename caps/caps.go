package caps

// mediaType is the name of raw video in caps.
const mediaType = "video/x-raw"

// Caps returns the caps that ask for the format in system memory and leave size and rate open, such as
// "video/x-raw, format=(string)NV12". It is empty when t is not Valid.
func (t VideoBufferType) Caps() string {
	if !t.Valid() {
		return ""
	}
	return mediaType + ", format=(string)" + t.Format()
}

// TemplateCaps returns the raw caps of the source pad template: the eleven formats in the order of [Types], in system
// memory, of any size and frame rate. The frame rate includes 0/1, GStreamer's "variable", which is what a live
// track without a declared rate has.
func TemplateCaps() string {
	return mediaType + ", format=(string){ " + formatList() + " }" +
		", width=(int)[ 1, 2147483647 ], height=(int)[ 1, 2147483647 ]" +
		", framerate=(fraction)[ 0/1, 2147483647/1 ]"
}
