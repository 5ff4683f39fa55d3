package caps_test

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestCloneOfMetadataSharesNothing(t *testing.T) {
	if (*caps.FrameMetadata)(nil).Clone() != nil {
		t.Error("nothing has a copy")
	}
	m := caps.FrameMetadata{UserTimestamp: new(uint64(1)), FrameID: new(uint32(2)), UserData: []byte{3}}
	clone := m.Clone()
	*m.UserTimestamp, *m.FrameID, m.UserData[0] = 4, 5, 6
	if *clone.UserTimestamp != 1 || *clone.FrameID != 2 || clone.UserData[0] != 3 {
		t.Errorf("the copy became %+v", clone)
	}
	m = caps.FrameMetadata{UserData: []byte{}}
	if clone = m.Clone(); clone.UserTimestamp != nil || clone.FrameID != nil || clone.UserData == nil {
		t.Errorf("the copy of what is absent is %+v", clone)
	}
}
