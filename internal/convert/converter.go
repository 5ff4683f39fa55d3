package convert

import (
	"fmt"
	"sync"

	"github.com/gst-livekit/gst-livekit/caps"
)

// maxSpare is how many buffers are kept for reuse. A reader usually holds one picture at a time; of many that are
// returned at once most are released.
const maxSpare = 4

// Converter converts the pictures of a stream to one type, into memory that it reuses after GiveBack. It is Go memory,
// so what is never returned is garbage-collected.
//
// Convert is for one goroutine at a time; the other methods may be called from any.
type Converter struct {
	to             caps.VideoBufferType
	kind           caps.VideoBufferType // type and size of the last picture
	width, height  int
	source, result caps.Layout // for the last picture

	mu     sync.Mutex
	spare  [][]byte // each as long as the last result
	size   int      // of the last result, in bytes
	closed bool
}

// NewConverter makes a converter to one type.
func NewConverter(to caps.VideoBufferType) *Converter {
	return &Converter{to: to, kind: -1}
}

// Convert returns the picture in tight layout, like [Convert]. The result belongs to the caller until GiveBack.
func (c *Converter) Convert(src Picture) ([]byte, error) {
	if err := c.prepare(&src); err != nil {
		return nil, err
	}
	if err := src.checkPlanes(c.source); err != nil {
		return nil, err
	}
	dst := c.take(c.result.Size)
	if err := src.into(dst, c.result, c.to, false); err != nil {
		c.GiveBack(dst)
		return nil, err
	}
	return dst, nil
}

// prepare computes the layouts, unless they are those of the last picture.
func (c *Converter) prepare(src *Picture) error {
	if src.Type == c.kind && src.Width == c.width && src.Height == c.height {
		return nil
	}
	source, err := src.Type.Layout(src.Width, src.Height)
	if err != nil {
		return fmt.Errorf("convert %s: %w", src.Type, err)
	}
	result, err := c.to.Layout(src.Width, src.Height)
	if err != nil {
		return fmt.Errorf("convert to %s: %w", c.to, err)
	}
	c.kind, c.width, c.height = src.Type, src.Width, src.Height
	c.source, c.result = source, result
	return nil
}

// take returns memory whose content is undefined.
func (c *Converter) take(size int) []byte {
	if memory := c.takeSpare(size); memory != nil {
		return memory
	}
	return make([]byte, size)
}

func (c *Converter) takeSpare(size int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if size != c.size {
		c.spare, c.size = nil, size
	}
	last := len(c.spare) - 1
	if last < 0 {
		return nil
	}
	memory := c.spare[last]
	c.spare[last] = nil
	c.spare = c.spare[:last]
	return memory
}

// GiveBack returns the memory of a result for reuse. The caller must not use it afterwards.
func (c *Converter) GiveBack(memory []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed && len(memory) == c.size && len(c.spare) < maxSpare {
		c.spare = append(c.spare, memory)
	}
}

// Close releases the spare memory, and memory that is returned later. Results that were not returned stay valid.
func (c *Converter) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed, c.spare = true, nil
}
