package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// timedBuffer is one buffer that left a pipeline through gdppay, with its time in the recording.
type timedBuffer struct {
	at   time.Duration
	data []byte // valid until the next one is read
}

// The header of a packet of the GStreamer Data Protocol 1.0 (dataprotocol.h in gst-plugins-bad).
const (
	packetHeader = 62
	// Offsets in it.
	packetType, packetLength, packetTime = 4, 6, 10

	packetIsBuffer = 1
	noPacketTime   = 1<<64 - 1
	maxPacket      = 64 << 20
)

// readBuffers reads what gdppay writes, until the end, and calls take with each buffer that has a time.
func readBuffers(r io.Reader, take func(timedBuffer)) error {
	header := make([]byte, packetHeader)
	var data []byte
	for {
		if _, err := io.ReadFull(r, header); err != nil {
			return endOfStream(err)
		}
		length := binary.BigEndian.Uint32(header[packetLength:])
		if length > maxPacket {
			return fmt.Errorf("read the recording: a packet of %d bytes", length)
		}
		if int(length) > len(data) {
			data = make([]byte, length)
		}
		if _, err := io.ReadFull(r, data[:length]); err != nil {
			return endOfStream(err)
		}
		at := binary.BigEndian.Uint64(header[packetTime:])
		if binary.BigEndian.Uint16(header[packetType:]) == packetIsBuffer && at != noPacketTime {
			take(timedBuffer{time.Duration(at), data[:length]})
		}
	}
}
