package testpublisher

// EncodeUnits runs the encoder of a config without a room and gives its first count access units. After unit number
// half, between is called with the encoder's size setter and key frame request.
func EncodeUnits(config Config, count int, between func(setSize func(width, height int), forceKeyFrame func())) ([]Unit, error) {
	config = config.withDefaults()
	e, err := newEncoder(config)
	if err != nil {
		return nil, err
	}
	defer e.close()
	defer e.stop()
	if err := e.start(); err != nil {
		return nil, err
	}
	var units []Unit
	for len(units) < count {
		unit, ok := e.pull()
		if !ok {
			return nil, e.failure()
		}
		units = append(units, Unit{Data: unit.data, KeyFrame: unit.keyFrame})
		if len(units) == count/2 && between != nil {
			between(e.setSize, e.forceKeyFrame)
		}
	}
	return units, nil
}

// Unit is an access unit.
type Unit struct {
	Data     []byte
	KeyFrame bool
}

// HandleRTCP is what the SDK does with a packet for the track.
var HandleRTCP = (*Publisher).handleRTCP

// Redact is what the log does to a text.
var Redact = redact

// PacketTimestamp is a frame's RTP timestamp.
var PacketTimestamp = packetTimestamp

// Attach is what is done to a frame that something is attached to.
func Attach(codec Codec, frame []byte, a Attachment) ([]byte, error) {
	return codec.attach(frame, a, nil)
}
