// Package picture has the types that all code for decoded pictures shares: their planes, colorimetry and rotation.
package picture

// Plane is one plane of a picture: row y begins at Data[y*Stride], and Data ends with the last row's pixels.
type Plane struct {
	Data   []byte
	Stride int // bytes from one row to the next; at least the row's own bytes
}
