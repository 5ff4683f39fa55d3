package sound

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// What the ends of picture and sound of a recording may differ by: the middle of several recordings, and each. On a quiet machine it is
// less than 50 ms. On a busy one, the last pictures have not come yet when the recording is ended, and sound does not wait for them.
const (
	apart       = 150 * time.Millisecond
	apartAtMost = time.Second
)

// ends is by how much the ends differ in several recordings of a test.
type ends struct {
	mu  sync.Mutex
	all []time.Duration
}

// newEnds returns one that is checked when the test and its parts are over.
func newEnds(t *testing.T) *ends {
	e := &ends{}
	t.Cleanup(func() {
		slices.Sort(e.all)
		t.Logf("after the end of the sound, the picture ends by %v", e.all)
		if len(e.all) > 2 && e.all[len(e.all)/2].Abs() > apart {
			t.Errorf("in half of the recordings, the picture ends more than %v before or after the sound: %v", apart, e.all)
		}
	})
	return e
}

// add checks the ends in one recording, and remembers them.
func (e *ends) add(t *testing.T, c contents) {
	t.Helper()
	if d, ok := c.checkEnds(t); ok {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.all = append(e.all, d)
	}
}

// checkEnds wants both streams, and both of them to end. It returns by how much later the picture does.
func (c contents) checkEnds(t *testing.T) (later time.Duration, ok bool) {
	t.Helper()
	if c.picture.packets == nil || c.sound.packets == nil {
		t.Errorf("%d packets of picture and %d of sound", len(c.picture.packets), len(c.sound.packets))
		return 0, false
	}
	picture, sound := c.picture.end(), c.sound.end()
	if d := picture - sound; d.Abs() > apartAtMost {
		t.Errorf("the picture ends at %v and the sound at %v", picture, sound)
	}
	return picture - sound, true
}
