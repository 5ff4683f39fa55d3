package signal

import (
	"fmt"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// decode reads one message of the server. A kind that is not known yet gives a response with a nil Message.
func decode(kind int, data []byte) (*livekit.SignalResponse, error) {
	response := new(livekit.SignalResponse)
	var err error
	switch kind {
	case websocket.BinaryMessage:
		err = proto.Unmarshal(data, response)
	case websocket.TextMessage: // of a server that is told to use JSON
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(data, response)
	default:
		err = fmt.Errorf("websocket message type %d", kind)
	}
	if err != nil {
		return nil, fmt.Errorf("read a message of the server: %w", err)
	}
	return response, nil
}
