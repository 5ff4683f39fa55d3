package stream

import "testing"

// TestWhoWantsToKnowNothingIsToldNothing gives no function where one is optional.
func TestWhoWantsToKnowNothingIsToldNothing(t *testing.T) {
	c := newConfig([]Option{
		WithNoPicture(func(*NoPictureError) {}), WithNoPicture(nil),
		WithDecryptErrors(func(error) {}), WithDecryptErrors(nil),
	})
	if c.engine.OnNoPicture != nil || c.engine.OnDecryptError != nil {
		t.Error("nobody is called")
	}
}
