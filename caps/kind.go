package caps

import "slices"

// Kind is a kind of media.
type Kind int

// The kinds of LiveKit's tracks.
const (
	Video Kind = iota
	Audio
)

var kinds = [...]string{Video: "video", Audio: "audio"}

// String returns the name of the kind in SDP and in LiveKit's SDKs: "video" or "audio".
func (k Kind) String() string { return kinds[k] }

// KindOf returns the kind with a name, as String returns it; known is false if there is none.
func KindOf(name string) (kind Kind, known bool) {
	i := slices.Index(kinds[:], name)
	return Kind(i), i >= 0
}
