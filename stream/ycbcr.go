package stream

import (
	"image"
	"image/color"
	"math"

	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// YCbCr is an image.YCbCr with the sample range of video, usually luma from 16 to
// 235 and chroma from 16 to 240, where the standard library expects JPEG's range
// from 0 to 255. Its fields are the frame's own planes and an optional alpha plane.
// As an image.Image it returns the correct colours.
//
// The embedded image.YCbCr alone would show too little contrast.
type YCbCr struct {
	image.YCbCr
	alpha  []byte // the alpha plane, nil if opaque
	stride int
	matrix matrix
}

// matrix turns Y'CbCr into R'G'B', in units of 1/65536.
type matrix struct {
	black                             int32 // the luma of black
	luma, redV, greenU, greenV, blueU int32
}

// matrixOf returns the matrix of a colorimetry as integers. For RGB, which has
// none, it returns BT.601's.
func matrixOf(c picture.Colorimetry) matrix {
	m, ok := c.ToRGB()
	if !ok {
		m, _ = picture.BT601.ToRGB()
	}
	scaled := func(factor float64) int32 { return int32(math.Round(factor * (1 << 16))) }
	return matrix{
		black: int32(m.Black), luma: scaled(m.Luma),
		redV: scaled(m.RedV), greenU: scaled(m.GreenU), greenV: scaled(m.GreenV), blueU: scaled(m.BlueU),
	}
}

func (m *matrix) rgb(y, u, v uint8) (r, g, b uint8) {
	luma := m.luma * (int32(y) - m.black)
	cb, cr := int32(u)-128, int32(v)-128
	return clamp(luma + m.redV*cr), clamp(luma - m.greenU*cb - m.greenV*cr), clamp(luma + m.blueU*cb)
}

func clamp(v int32) uint8 {
	return uint8(min(max(v+1<<15, 0)>>16, 255))
}

// ColorModel is color.NRGBAModel.
func (p *YCbCr) ColorModel() color.Model { return color.NRGBAModel }

// At returns a color.NRGBA.
func (p *YCbCr) At(x, y int) color.Color { return p.NRGBAAt(x, y) }

// NRGBAAt returns the colour at one pixel, transparent outside the picture.
func (p *YCbCr) NRGBAAt(x, y int) color.NRGBA {
	if !(image.Point{X: x, Y: y}).In(p.Rect) {
		return color.NRGBA{}
	}
	c := p.COffset(x, y)
	r, g, b := p.matrix.rgb(p.Y[p.YOffset(x, y)], p.Cb[c], p.Cr[c])
	alpha := uint8(0xff)
	if p.alpha != nil {
		alpha = p.alpha[(y-p.Rect.Min.Y)*p.stride+x-p.Rect.Min.X]
	}
	return color.NRGBA{R: r, G: g, B: b, A: alpha}
}

// RGBA64At returns the same colour as At.
func (p *YCbCr) RGBA64At(x, y int) color.RGBA64 {
	r, g, b, a := p.NRGBAAt(x, y).RGBA()
	return color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
}

// Opaque reports whether there is no alpha plane.
func (p *YCbCr) Opaque() bool { return p.alpha == nil }

// SubImage returns a part of the picture that shares its samples.
func (p *YCbCr) SubImage(r image.Rectangle) image.Image {
	r = r.Intersect(p.Rect)
	if r.Empty() {
		return &YCbCr{matrix: p.matrix}
	}
	sub := *p
	sub.YCbCr = *p.YCbCr.SubImage(r).(*image.YCbCr)
	if p.alpha != nil {
		sub.alpha = p.alpha[(r.Min.Y-p.Rect.Min.Y)*p.stride+r.Min.X-p.Rect.Min.X:]
	}
	return &sub
}
