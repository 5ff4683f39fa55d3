package caps

import "strings"

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

// memoryFeatures are GStreamer's kinds of memory that hold decoded video outside of system memory. Caps cannot express
// "any memory but system memory", so each kind is listed.
var memoryFeatures = []string{
	"memory:DMABuf", "memory:GLMemory", "memory:VAMemory", "memory:VASurface", "memory:CUDAMemory", "memory:NVMM",
	"memory:VulkanImage", "memory:D3D11Memory", "memory:D3D12Memory",
}

// anySize completes the caps of raw video. The frame rate includes 0/1, which means "variable" in GStreamer: a live
// track declares no frame rate.
const anySize = ", width=(int)[ 1, 2147483647 ], height=(int)[ 1, 2147483647 ], framerate=(fraction)[ 0/1, 2147483647/1 ]"

// RawCaps returns the caps of raw video in system memory: the eleven formats in the order of [Types], of any size and
// frame rate.
func RawCaps() string {
	return mediaType + ", format=(string){ " + formatList() + " }" + anySize
}

// TemplateCaps returns the caps of the pad template of a source of video: [RawCaps]; raw video in the memory of a hardware decoder,
// in any format; and the encoded stream of each video codec as in [Codec.TemplateCaps].
func TemplateCaps() string {
	structures := []string{RawCaps()}
	for _, feature := range memoryFeatures {
		structures = append(structures, mediaType+"("+feature+")"+anySize)
	}
	for _, codec := range Codecs(Video) {
		structures = append(structures, codec.TemplateCaps())
	}
	return strings.Join(structures, "; ")
}
