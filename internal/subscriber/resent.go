package subscriber

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

var errResent = errors.New("packet that was sent again has no sequence number")

// resentTypes tells for each payload type of packets that are sent again which one they had before (apt, RFC 4588 section 8.1).
type resentTypes [128]uint8

// unresent is where there is no such payload type: 0 is one.
const unresent = 0xff

func newResentTypes(codecs []webrtc.RTPCodecParameters) (r resentTypes) {
	for i := range r {
		r[i] = unresent
	}
	for _, codec := range codecs {
		if apt, is := associated(codec); is && codec.PayloadType < 128 {
			r[codec.PayloadType] = apt
		}
	}
	return r
}

// restore makes a packet that was sent again what it was, in place (RFC 4588 section 4). h is scratch memory.
func (r *resentTypes) restore(packet []byte, h *rtp.Header, ssrc uint32) ([]byte, error) {
	offset, err := h.Unmarshal(packet)
	if err != nil {
		return nil, err
	}
	// A sender that probes the path sends padding with no packet in it.
	if len(packet)-offset < 2 || h.Padding && len(packet)-offset-int(packet[len(packet)-1]) < 2 {
		return nil, errResent
	}
	was := r[h.PayloadType&0x7f]
	if was == unresent {
		return nil, errResent
	}
	sequence := [2]byte(packet[offset:])
	// The header moves over the two bytes.
	copy(packet[2:offset+2], packet[:offset])
	packet = packet[2:]
	packet[1] = packet[1]&0x80 | was
	copy(packet[2:], sequence[:])
	binary.BigEndian.PutUint32(packet[8:], ssrc)
	return packet, nil
}

// associated returns the payload type whose packets a codec sends again.
func associated(codec webrtc.RTPCodecParameters) (apt uint8, is bool) {
	if !strings.EqualFold(codec.MimeType, webrtc.MimeTypeRTX) {
		return 0, false
	}
	for parameter := range strings.SplitSeq(codec.SDPFmtpLine, ";") {
		value, found := strings.CutPrefix(strings.TrimSpace(parameter), "apt=")
		if !found {
			continue
		}
		n, err := strconv.ParseUint(value, 10, 7)
		return uint8(n), err == nil
	}
	return 0, false
}
