package room

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/livekit/protocol/auth"
)

// claims is what a token says. It is read without verifying the signature, so it can explain an error but proves
// nothing.
type claims struct {
	apiKey, identity, room string
	canJoin, canSubscribe  bool
	hidden                 bool
	notBefore, expires     time.Time // zero if the token does not have them
	ours                   bool      // the token was made here from a key pair
}

// readClaims decodes the payload of a JSON Web Token (RFC 7519).
func readClaims(token string) (claims, error) {
	var body struct {
		Issuer    string           `json:"iss"`
		Subject   string           `json:"sub"`
		Expires   float64          `json:"exp"`
		NotBefore float64          `json:"nbf"`
		Video     *auth.VideoGrant `json:"video"`
	}
	if strings.ContainsAny(token, `"'`) {
		return claims{}, &UnauthorizedError{Reason: "the token is in quotation marks, which do not belong to it"}
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, &UnauthorizedError{Reason: "the token is not a LiveKit access token"}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &body) != nil {
		return claims{}, &UnauthorizedError{Reason: "the token is damaged: it is not a LiveKit access token"}
	}
	c := claims{apiKey: body.Issuer, identity: body.Subject, canSubscribe: true}
	if body.Expires != 0 {
		c.expires = time.Unix(int64(body.Expires), 0)
	}
	if body.NotBefore != 0 {
		c.notBefore = time.Unix(int64(body.NotBefore), 0)
	}
	if body.Video != nil {
		c.room, c.canJoin = body.Video.Room, body.Video.RoomJoin
		c.canSubscribe, c.hidden = body.Video.GetCanSubscribe(), body.Video.Hidden
	}
	return c, nil
}

// unauthorized explains why the server refused the token, from the token's claims.
func (t target) unauthorized(now time.Time) *UnauthorizedError {
	c := t.claims
	switch {
	case !c.expires.IsZero() && now.After(c.expires):
		return &UnauthorizedError{Reason: fmt.Sprintf("the token expired at %s, %v ago",
			c.expires.UTC().Format(time.RFC3339), now.Sub(c.expires).Round(time.Second))}
	case !c.notBefore.IsZero() && now.Before(c.notBefore):
		return &UnauthorizedError{Reason: fmt.Sprintf("the token is not valid before %s", c.notBefore.UTC().Format(time.RFC3339))}
	case c.ours:
		return &UnauthorizedError{Reason: fmt.Sprintf(
			"%s does not accept API key %q with the given secret", t.url, c.apiKey)}
	case !c.canJoin:
		return &UnauthorizedError{Reason: "the token does not allow joining a room (it has no roomJoin grant)"}
	}
	return &UnauthorizedError{Reason: fmt.Sprintf(
		"%s does not accept the token: it was not signed with the secret that this server has for API key %q", t.url, c.apiKey)}
}

func cannotSubscribe() *UnauthorizedError {
	return &UnauthorizedError{
		Reason: "the token has canSubscribe: false, so the server would send nothing",
		Err:    ErrCannotSubscribe,
	}
}
