package subscriber

import "testing"

func TestTrackNames(t *testing.T) {
	for _, c := range []struct{ stream, track, participant, sid string }{
		{"PA_1|TR_2", "TR_2", "PA_1", "TR_2"},
		{"PA_1|camera", "TR_2", "PA_1", "TR_2"}, // sync_streams
		{"PA_1|TR_3", "TR_2", "PA_1", "TR_2"},   // the same, and a stream that is called like a track
		{"PA_1|TR_2", "{86a4f1c7}", "PA_1", "TR_2"},
		{"PA_1", "TR_2", "PA_1", "TR_2"},
	} {
		if participant, sid := trackNames(c.stream, c.track); participant != c.participant || sid != c.sid {
			t.Errorf("%q, %q: participant %q, track %q", c.stream, c.track, participant, sid)
		}
	}
}
