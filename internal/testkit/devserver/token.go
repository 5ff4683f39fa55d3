package devserver

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/livekit/protocol/auth"
)

// TokenOptions say what a token allows. What is not set is not allowed.
type TokenOptions struct {
	Room     string
	Identity string
	// Name is the participant's display name.
	Name string
	// CanPublish allows tracks and data.
	CanPublish   bool
	CanSubscribe bool
	// Hidden participants are not seen by the others.
	Hidden bool
	// RoomAdmin allows the room service calls about this room, and creating and listing rooms.
	RoomAdmin  bool
	Metadata   string
	Attributes map[string]string
	// ValidFor is the token's life; 0 means one hour, and a negative one gives a token that has expired.
	ValidFor time.Duration
}

// Token makes an access token for this server, signed with its key pair.
// See https://docs.livekit.io/home/get-started/authentication/.
func (s *Server) Token(options TokenOptions) (string, error) {
	return signToken(s.APIKey, s.APISecret, options)
}

func signToken(key, secret string, options TokenOptions) (string, error) {
	if options.ValidFor == 0 {
		options.ValidFor = time.Hour
	}
	grant := &auth.VideoGrant{
		RoomJoin:       true,
		Room:           options.Room,
		Hidden:         options.Hidden,
		CanPublish:     &options.CanPublish,
		CanPublishData: &options.CanPublish,
		CanSubscribe:   &options.CanSubscribe,
		RoomAdmin:      options.RoomAdmin,
		RoomCreate:     options.RoomAdmin,
		RoomList:       options.RoomAdmin,
	}
	token, err := auth.NewAccessToken(key, secret).
		SetIdentity(options.Identity).
		SetName(options.Name).
		SetMetadata(options.Metadata).
		SetAttributes(options.Attributes).
		SetValidFor(options.ValidFor).
		SetVideoGrant(grant).
		ToJWT()
	if err != nil {
		return "", fmt.Errorf("sign access token for room %q: %w", options.Room, err)
	}
	if options.ValidFor < 0 {
		return expire(token, secret, options.ValidFor)
	}
	return token, nil
}

// expire signs a token's claims again with a life that ended in the past, which package auth does not offer.
func expire(token, secret string, validFor time.Duration) (string, error) {
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		return "", fmt.Errorf("read access token: %w", err)
	}
	end := time.Now().Add(validFor)
	claims["exp"] = jwt.NewNumericDate(end)
	claims["nbf"] = jwt.NewNumericDate(end.Add(-time.Hour))
	claims["iat"] = claims["nbf"]
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(secret))
}
