package subscriber

import (
	"bytes"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

func resentTypesForTest() resentTypes {
	return newResentTypes([]webrtc.RTPCodecParameters{
		{PayloadType: 96, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}},
		{PayloadType: 97, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, SDPFmtpLine: "apt=96"}},
		{PayloadType: 99, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "video/RTX", SDPFmtpLine: "rtx-time=3; apt=98"}},
		{PayloadType: 101, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, SDPFmtpLine: "apt=300"}},
	})
}

func TestAPacketThatIsSentAgainIsWhatItWas(t *testing.T) {
	t.Parallel()
	types := resentTypesForTest()
	for _, extension := range []bool{false, true} {
		was := rtp.Packet{
			Header: rtp.Header{
				Version: 2, Marker: true, PayloadType: 96, SequenceNumber: 1234, Timestamp: 77, SSRC: 5, CSRC: []uint32{9},
			},
			Payload: []byte{1, 2, 3},
		}
		if extension {
			if err := was.SetExtension(3, []byte{8, 7, 6}); err != nil {
				t.Fatal(err)
			}
		}
		again := was
		again.PayloadType, again.SequenceNumber, again.SSRC = 97, 1, 6
		again.Payload = append([]byte{1234 >> 8, 1234 & 0xff}, was.Payload...)
		raw, err := again.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		want, err := was.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		got, err := types.restore(raw, new(rtp.Header), 5)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("extension %v: got %x, %v\nwant %x", extension, got, err, want)
		}
	}
}

func TestWhatIsNoPacketThatIsSentAgain(t *testing.T) {
	t.Parallel()
	types := resentTypesForTest()
	for name, raw := range map[string][]byte{
		"nothing":               {},
		"half a header":         {0x80, 97, 0},
		"no sequence number":    {0x80, 97, 0, 1, 0, 0, 0, 0, 0, 0, 0, 6, 4},
		"padding alone":         {0xa0, 97, 0, 1, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 4},
		"an unknown type":       {0x80, 98, 0, 1, 0, 0, 0, 0, 0, 0, 0, 6, 4, 5, 6},
		"a type that is no one": {0x80, 101, 0, 1, 0, 0, 0, 0, 0, 0, 0, 6, 4, 5, 6},
	} {
		if got, err := types.restore(raw, new(rtp.Header), 5); err == nil {
			t.Errorf("%s: got %x", name, got)
		}
	}
}

func FuzzPacketThatIsSentAgain(f *testing.F) {
	f.Add([]byte{0x80, 97, 0, 1, 0, 0, 0, 0, 0, 0, 0, 6, 4, 5, 6})
	f.Add([]byte{0xbf, 97, 0, 1, 0, 0, 0, 0, 0, 0, 0, 6, 4, 5, 6, 0xff})
	types := resentTypesForTest()
	f.Fuzz(func(t *testing.T, raw []byte) {
		size := len(raw)
		got, err := types.restore(raw, new(rtp.Header), 5)
		if err != nil {
			return
		}
		var h rtp.Header
		if _, err := h.Unmarshal(got); err != nil || h.SSRC != 5 || h.PayloadType == 97 || len(got) != size-2 {
			t.Errorf("got %x, %v", got, err)
		}
	})
}
