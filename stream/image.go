package stream

import (
	"image"

	"github.com/gst-livekit/gst-livekit/caps"
)

// Image returns the frame for the standard library's image packages. RGBA becomes
// an *image.NRGBA, and I420, I422, I444 and I420A become a *[YCbCr], without a
// copy: the image shares the frame's memory and is valid until its Release. The
// other types are converted to a new *image.NRGBA.
//
// Image panics after Release. Its error is that of Convert.
func (f *VideoFrame) Image() (image.Image, error) {
	f.mustBeHeld()
	switch f.Type {
	case caps.RGBA:
		return f.nrgba(), nil
	case caps.I420, caps.I420A:
		return f.ycbcr(image.YCbCrSubsampleRatio420), nil
	case caps.I422:
		return f.ycbcr(image.YCbCrSubsampleRatio422), nil
	case caps.I444:
		return f.ycbcr(image.YCbCrSubsampleRatio444), nil
	default:
		converted, err := f.Convert(caps.RGBA, false)
		if err != nil {
			return nil, err
		}
		return converted.nrgba(), nil
	}
}

func (f *VideoFrame) nrgba() *image.NRGBA {
	return &image.NRGBA{Pix: f.planes[0].Data, Stride: f.planes[0].Stride, Rect: image.Rect(0, 0, f.Width, f.Height)}
}

// ycbcr requires that both chroma planes have the same stride, as they do in
// GStreamer's and LiveKit's layouts.
func (f *VideoFrame) ycbcr(ratio image.YCbCrSubsampleRatio) *YCbCr {
	return &YCbCr{
		YCbCr: image.YCbCr{
			Y: f.planes[0].Data, Cb: f.planes[1].Data, Cr: f.planes[2].Data,
			YStride: f.planes[0].Stride, CStride: f.planes[1].Stride,
			SubsampleRatio: ratio, Rect: image.Rect(0, 0, f.Width, f.Height),
		},
		alpha: f.planes[3].Data, stride: f.planes[3].Stride,
		matrix: matrixOf(f.colorimetry),
	}
}
