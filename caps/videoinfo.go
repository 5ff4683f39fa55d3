package caps

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const systemMemory = "memory:SystemMemory"

// VideoInfo holds what fixed video/x-raw caps say about a frame. Values can be compared with ==.
type VideoInfo struct {
	Type VideoBufferType
	// Width and Height are in pixels, from 1 to 2147483647.
	Width, Height int
	// FrameRate is in frames per second. 0/1 means variable. The zero Fraction stands for an absent field, which
	// GStreamer treats as 0/1.
	FrameRate Fraction
	// PixelAspectRatio is a pixel's width divided by its height. The zero Fraction stands for an absent field, which
	// GStreamer treats as 1/1.
	PixelAspectRatio Fraction
	// Colorimetry is GStreamer's name for range, matrix, transfer and primaries, such as "bt709" or "2:3:5:1"
	// (gst_video_colorimetry_from_string). Empty is absent.
	Colorimetry string
	// Features are the caps features, separated by ", ", such as "memory:DMABuf". Empty means plain system memory. A
	// [Layout] applies only to system memory.
	Features string
}

// Validate returns nil if v can be written as caps, and otherwise an error that wraps [ErrUnknownFormat] or [ErrSize],
// or [ErrSyntax] for the other fields.
func (v VideoInfo) Validate() error {
	if !v.Type.Valid() {
		return fmt.Errorf("%w: %v", ErrUnknownFormat, v.Type)
	}
	if v.Width < 1 || v.Height < 1 || v.Width > math.MaxInt32 || v.Height > math.MaxInt32 {
		return fmt.Errorf("%w: %dx%d", ErrSize, v.Width, v.Height)
	}
	if !v.FrameRate.valid(0) {
		return fmt.Errorf("%w: framerate %v", ErrSyntax, v.FrameRate)
	}
	if !v.PixelAspectRatio.valid(1) {
		return fmt.Errorf("%w: pixel-aspect-ratio %v", ErrSyntax, v.PixelAspectRatio)
	}
	if !utf8.ValidString(v.Colorimetry) || strings.Contains(v.Colorimetry, "\x00") {
		return fmt.Errorf("%w: colorimetry %q is not text", ErrSyntax, v.Colorimetry)
	}
	_, err := normalizeFeatures(v.Features)
	return err
}

// Caps returns v as GStreamer prints caps: "video/x-raw, format=(string)I420, width=(int)640, height=(int)480,
// framerate=(fraction)30/1". As in the results of [ParseCaps], fractions are in lowest terms and system memory is not
// spelled out, so such a VideoInfo is unchanged after Caps and ParseCaps. The error is that of [VideoInfo.Validate].
func (v VideoInfo) Caps() (string, error) {
	if err := v.Validate(); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(mediaType)
	features, err := normalizeFeatures(v.Features)
	if err != nil {
		return "", err
	}
	if features != "" {
		b.WriteString("(" + features + ")")
	}
	fmt.Fprintf(&b, ", format=(string)%s, width=(int)%d, height=(int)%d", v.Type.Format(), v.Width, v.Height)
	if v.FrameRate != (Fraction{}) {
		b.WriteString(", framerate=(fraction)" + v.FrameRate.reduced().String())
	}
	if v.PixelAspectRatio != (Fraction{}) {
		b.WriteString(", pixel-aspect-ratio=(fraction)" + v.PixelAspectRatio.reduced().String())
	}
	if v.Colorimetry != "" {
		b.WriteString(", colorimetry=(string)" + quote(v.Colorimetry))
	}
	return b.String(), nil
}

// ParseCaps reads the fixed raw video caps of a negotiated pad, in the form that gst_caps_to_string prints or that a
// user writes for gst-launch-1.0: spaces and (type) annotations may be missing, and fields that [VideoInfo] does not
// have are ignored.
//
// The error wraps [ErrNotRaw], [ErrNotFixed] (also for an ignored field), [ErrUnknownFormat], [ErrSize] or [ErrSyntax].
func ParseCaps(s string) (VideoInfo, error) {
	v, err := parseCaps(s)
	if err != nil {
		return VideoInfo{}, fmt.Errorf("parse caps %q: %w", s, err)
	}
	return v, nil
}

func parseCaps(s string) (VideoInfo, error) {
	switch strings.TrimSpace(s) {
	case "ANY":
		return VideoInfo{}, ErrNotFixed
	case "", "EMPTY", "NONE":
		return VideoInfo{}, ErrNotRaw
	}
	st, err := parseStructure(s)
	if err != nil {
		return VideoInfo{}, err
	}
	if st.name != mediaType {
		return VideoInfo{}, fmt.Errorf("%w: %s", ErrNotRaw, st.name)
	}
	if err := st.checkFixed(); err != nil {
		return VideoInfo{}, err
	}
	return st.videoInfo()
}

// checkFixed returns an error that names the alphabetically first field with a list or a range.
func (st structure) checkFixed() error {
	var open []string
	for name, v := range st.fields {
		if !v.fixed {
			open = append(open, name)
		}
	}
	if len(open) == 0 {
		return nil
	}
	name := slices.Min(open)
	return fmt.Errorf("%w: %s is %s", ErrNotFixed, name, st.fields[name].text)
}

func (st structure) videoInfo() (v VideoInfo, err error) {
	if v.Features, err = normalizeFeatures(st.features); err != nil {
		return VideoInfo{}, err
	}
	format, err := st.field("format", "string", "str", "s", "gchararray")
	if err != nil {
		return VideoInfo{}, err
	}
	if v.Type, err = FromFormat(format); err != nil {
		return VideoInfo{}, err
	}
	if v.Width, err = st.dimension("width"); err != nil {
		return VideoInfo{}, err
	}
	if v.Height, err = st.dimension("height"); err != nil {
		return VideoInfo{}, err
	}
	if v.FrameRate, err = st.fraction("framerate", 0); err != nil {
		return VideoInfo{}, err
	}
	if v.PixelAspectRatio, err = st.fraction("pixel-aspect-ratio", 1); err != nil {
		return VideoInfo{}, err
	}
	if v.Colorimetry, err = st.field("colorimetry", "string", "str", "s", "gchararray"); err != nil {
		return VideoInfo{}, err
	}
	return v, v.Validate()
}

// field returns the text of a field, or "" if there is none. It is an error if the annotation names another type.
func (st structure) field(name string, types ...string) (string, error) {
	v, ok := st.fields[name]
	if ok && v.typ != "" && !slices.Contains(types, v.typ) {
		return "", fmt.Errorf("%w: %s is a %s, want %s", ErrSyntax, name, v.typ, types[0])
	}
	return v.text, nil
}

func (st structure) dimension(name string) (int, error) {
	text, err := st.field(name, "int", "i", "gint")
	if err != nil {
		return 0, err
	}
	if text == "" {
		return 0, fmt.Errorf("%w: no %s", ErrSize, name)
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%w: %s %s", ErrSize, name, text)
	}
	return int(n), nil
}

func (st structure) fraction(name string, minNum int) (Fraction, error) {
	text, err := st.field(name, "fraction", "GstFraction")
	if err != nil || text == "" {
		return Fraction{}, err
	}
	f, err := parseFraction(text, minNum)
	if err != nil {
		return Fraction{}, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// normalizeFeatures returns a list of caps features as GStreamer prints it: each once, separated by ", ", and nothing
// for system memory alone.
func normalizeFeatures(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	var names []string
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		if name == "ANY" {
			return "", fmt.Errorf("%w: features ANY", ErrNotFixed)
		}
		if !validFeature(name) {
			return "", fmt.Errorf("%w: feature %q", ErrSyntax, name)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 1 && names[0] == systemMemory {
		return "", nil
	}
	return strings.Join(names, ", "), nil
}

// validFeature reports whether a name has the form "memory:DMABuf".
func validFeature(name string) bool {
	kind, rest, found := strings.Cut(name, ":")
	return found && kind != "" && rest != "" && !strings.ContainsFunc(kind+rest, func(r rune) bool {
		return r >= utf8.RuneSelf || !isBare(byte(r)) || strings.ContainsRune("/:+.", r)
	})
}
