package testproxy

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
)

// Asked returns what a client says that asks a server for signalling, in either way, and whether it is the one for a single peer
// connection. The request is nil if the client asks for something else.
func Asked(r *http.Request) (request *livekit.JoinRequest, one bool, err error) {
	q := r.URL.Query()
	switch {
	case strings.HasSuffix(r.URL.Path, "/rtc/v1"):
		request, err = unwrap(q.Get("join_request"))
		return request, true, err
	case !strings.HasSuffix(r.URL.Path, "/rtc"):
		return nil, false, nil
	}
	request = &livekit.JoinRequest{
		ClientInfo: &livekit.ClientInfo{Version: q.Get("version"), Os: q.Get("os")},
		Reconnect:  q.Get("reconnect") == "1", ParticipantSid: q.Get("sid"),
	}
	if strings.EqualFold(q.Get("sdk"), livekit.ClientInfo_GO.String()) {
		request.ClientInfo.Sdk = livekit.ClientInfo_GO
	}
	for _, name := range strings.FieldsFunc(q.Get("capabilities"), func(c rune) bool { return c == ',' }) {
		request.ClientInfo.Capabilities = append(request.ClientInfo.Capabilities,
			livekit.ClientInfo_Capability(livekit.ClientInfo_Capability_value[name]))
	}
	if reason := q.Get("reconnect_reason"); reason != "" {
		number, err := strconv.Atoi(reason)
		if err != nil {
			return nil, false, err
		}
		request.ReconnectReason = livekit.ReconnectReason(number)
	}
	return request, false, nil
}

func unwrap(text string) (*livekit.JoinRequest, error) {
	data, err := base64.URLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	wrapped, request := new(livekit.WrappedJoinRequest), new(livekit.JoinRequest)
	if err := proto.Unmarshal(data, wrapped); err != nil {
		return nil, err
	}
	if wrapped.GetCompression() != livekit.WrappedJoinRequest_NONE {
		return nil, fmt.Errorf("compressed by %v", wrapped.GetCompression())
	}
	return request, proto.Unmarshal(wrapped.GetJoinRequest(), request)
}
