package video

import "testing"

// TestParameterSetsOfAUnitThatIsNotShownDoNotCount begins another unit without finishing the one before, as when that
// could not be decrypted: who has no key must not decide how what others send is decoded.
func TestParameterSetsOfAUnitThatIsNotShownDoNotCount(t *testing.T) {
	avc, hevc := new(h264), new(h265)
	for name, row := range map[string]struct {
		depacketizer depacketizer
		sets         *parameterSets
		payloads     [][]byte
	}{
		"H264": {avc, &avc.parameters, [][]byte{
			{nalSPS, 0x42, 0xe0, 0x1f, 0x8c, 0x8d, 0x40}, {nalPPS, 0xce, 0x3c, 0x80}, {nalIDR, 0x88, 0x84},
		}},
		"H265": {hevc, &hevc.parameters, [][]byte{
			{h265VPS << 1, 1, 0x0c, 1}, {h265PPS << 1, 1, 0xc1, 0x72}, {19 << 1, 1, 0xaf, 1},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			add := func() (unit []byte) {
				for _, payload := range row.payloads {
					var err error
					if unit, err = row.depacketizer.add(unit, payload); err != nil {
						t.Fatal(err)
					}
				}
				return unit
			}
			kept := func() int { return len(row.sets.vps) + len(row.sets.sps) + len(row.sets.pps) }
			add()
			row.depacketizer.reset()
			if n := kept(); n != 0 {
				t.Errorf("%d parameter sets are kept of a unit that was not finished", n)
			}
			if _, err := row.depacketizer.finish(add()); err != nil {
				t.Fatal(err)
			}
			if n := kept(); n != 2 {
				t.Errorf("%d parameter sets are kept of one that was, want 2", n)
			}
		})
	}
}
