package rtp

import (
	"testing"
	"time"

	"github.com/pion/rtp"
)

// TestExtensionsAllocateNothing is for headers with both extensions.
func TestExtensionsAllocateNothing(t *testing.T) {
	const ntp = 0x0102030405060708
	header := rtp.Header{Version: 2, PayloadType: 96, SSRC: 5}
	for id, data := range map[uint8][]byte{3: {5}, 7: {1, 2, 3, 4, 5, 6, 7, 8}} {
		if err := header.SetExtension(id, data); err != nil {
			t.Fatal(err)
		}
	}
	data, err := (&rtp.Packet{Header: header, Payload: make([]byte, 30)}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var h rtp.Header
	p := new(Packet)
	n := testing.AllocsPerRun(100, func() {
		size := copy(p.buf[:], data)
		if err := p.parse(&h, size, time.Second); err != nil {
			t.Fatal(err)
		}
		p.Extensions = readExtensions(&h, 3, 7)
	})
	want := Extensions{VideoOrientation: 5, HasVideoOrientation: true, CaptureNTP: ntp, Source: 5}
	if n != 0 || p.Extensions != want {
		t.Errorf("%v allocations, %+v", n, p.Extensions)
	}
}
