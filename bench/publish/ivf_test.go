package main

import (
	"bytes"
	"encoding/binary"
	"testing"
)

func TestIVFIsWhatLibvpxReads(t *testing.T) {
	var file bytes.Buffer
	f, err := newIVF(&file, "vp8", 1280, 720, 30)
	if err != nil {
		t.Fatal(err)
	}
	for _, frame := range []string{"key", "delta"} {
		if err := f.write([]byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	b := file.Bytes()
	if len(b) != 32+12+3+12+5 || string(b[:4]) != "DKIF" || string(b[8:12]) != "VP80" {
		t.Fatalf("file is %q", b)
	}
	width, rate := binary.LittleEndian.Uint16(b[12:]), binary.LittleEndian.Uint32(b[16:])
	if width != 1280 || rate != 30 {
		t.Errorf("width %d, %d frames a second", width, rate)
	}
	second := b[32+12+3:]
	if size, number := binary.LittleEndian.Uint32(second), binary.LittleEndian.Uint64(second[4:]); size != 5 || number != 1 {
		t.Errorf("frame %d has %d bytes", number, size)
	}
}

func TestIVFOfOtherCodecsFails(t *testing.T) {
	if _, err := newIVF(&bytes.Buffer{}, "h264", 1280, 720, 30); err == nil {
		t.Error("no error")
	}
}
