package room

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/livekit/protocol/auth"

	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

// LevelTrace is the level of what pion says in detail: session descriptions and ICE candidates.
const LevelTrace = subscriber.LevelTrace

// DefaultConnectTimeout is used if Config.ConnectTimeout is zero.
const DefaultConnectTimeout = 10 * time.Second

// Config says which room to join, and as which participant.
type Config struct {
	// URL is the server's address: ws, wss, http or https, with an optional path. Required.
	URL string

	// Token is an access token. If it is empty, a token that only allows subscribing is made from APIKey and APISecret.
	Token             string
	APIKey, APISecret string

	// Room may be empty if Token is set. If the token names a room, too, both must be the same.
	Room string

	// Identity may be empty: then the token's is used, or a generated one. It must match the token's.
	Identity string

	// Hidden has the other participants not see us. It is for a token that is made here; any other token has to say so itself.
	Hidden bool

	// RelayOnly has media come through a TURN server only.
	RelayOnly bool

	// NoRedundancy has the server send Opus without the packets before it (RED). Redundancy costs about as much again as the sound
	// itself and replaces what is lost. A server cannot take it off a track that is encrypted end to end: a track whose publisher
	// sends nothing else does not come.
	NoRedundancy bool

	// Version is that of the program, as the server's operator sees it. It may be empty.
	Version string

	// ConnectTimeout limits Join. Zero means DefaultConnectTimeout. Reconnecting has limits of its own, 7 s for a try and two minutes
	// for all of them, since who wants to know soon whether a server is there does not want to give up a room as soon. A
	// ConnectTimeout that is longer than the default, as slow networks need, is also how long a try may take.
	ConnectTimeout time.Duration

	// Logger gets what happens, and what pion says of it (at LevelTrace and LevelDebug), without secrets. If it is nil,
	// nothing is logged.
	Logger *slog.Logger
}

// Validate returns the errors that Join would return without contacting the server: a *SettingsError, or an
// *UnauthorizedError if the token itself shows that it cannot be used.
func (c Config) Validate() error {
	_, err := c.target()
	return err
}

// target is a complete and valid Config: everything that a join needs.
type target struct {
	url      string
	token    string
	room     string
	identity string
	timeout  time.Duration
	version  string
	relay    bool // media comes through a TURN server only
	single   bool // no redundancy
	claims   claims
}

func (c Config) target() (target, error) {
	t := target{room: c.Room, identity: c.Identity, token: c.Token, timeout: c.ConnectTimeout, version: c.Version}
	t.relay, t.single = c.RelayOnly, c.NoRedundancy
	if t.timeout <= 0 {
		t.timeout = DefaultConnectTimeout
	}
	var err error
	if t.url, err = serverURL(c.URL); err != nil {
		return target{}, err
	}
	if c.Token == "" {
		err = t.makeToken(c)
	} else {
		err = t.useToken(c.Hidden)
	}
	if err != nil {
		return target{}, err
	}
	return t, nil
}

// serverURL checks raw and removes what would break the addresses that are derived from it.
func serverURL(raw string) (string, error) {
	if raw == "" {
		return "", &SettingsError{"url", "no server: set the url property or LIVEKIT_URL"}
	}
	problem := func(what string) error {
		return &SettingsError{"url", fmt.Sprintf("the server's url %s, such as wss://example.livekit.cloud", what)}
	}
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's message contains the address, which may contain a password.
		return "", problem("must be an address that begins with ws:// or wss://")
	}
	switch u.Scheme {
	case "ws", "wss":
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	default:
		return "", problem("must begin with ws:// or wss://")
	}
	if u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", problem("must be a host with an optional port and path and nothing else")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u.String(), nil
}

// makeToken makes a token from the key pair that only allows subscribing.
func (t *target) makeToken(c Config) error {
	switch {
	case c.Room == "":
		return &SettingsError{"room", "nothing to join: set the room property, or give a token that names a room"}
	case c.APIKey == "" && c.APISecret == "":
		return &SettingsError{"token", "nothing to join with: set the token property or LIVEKIT_TOKEN, " +
			"or both api-key and api-secret (LIVEKIT_API_KEY and LIVEKIT_API_SECRET)"}
	case c.APIKey == "":
		return &SettingsError{"api-key", "the API secret has no API key: set the api-key property or LIVEKIT_API_KEY"}
	case c.APISecret == "":
		return &SettingsError{"api-secret", "the API key has no API secret: set the api-secret property or LIVEKIT_API_SECRET"}
	}
	if t.identity == "" {
		t.identity = "gst-livekit-" + strings.ToLower(rand.Text()[:8])
	}
	yes, no := true, false
	token, err := auth.NewAccessToken(c.APIKey, c.APISecret).
		SetIdentity(t.identity).
		SetVideoGrant(&auth.VideoGrant{
			RoomJoin: true, Room: c.Room, CanSubscribe: &yes, CanPublish: &no, CanPublishData: &no, Hidden: c.Hidden,
		}).
		ToJWT()
	if err != nil {
		return fmt.Errorf("make a token from the key pair: %w", err)
	}
	t.token = token
	t.claims = claims{apiKey: c.APIKey, ours: true}
	return nil
}

// useToken takes room and identity from the token, and returns an error if the token does not allow what we need.
func (t *target) useToken(hidden bool) error {
	var err error
	if t.claims, err = readClaims(t.token); err != nil {
		return err
	}
	switch {
	case t.room == "" && t.claims.room == "":
		return &SettingsError{"room", "nothing to join: the token names no room, and the room property is empty"}
	case t.room == "":
		t.room = t.claims.room
	case t.claims.room != "" && t.claims.room != t.room:
		return &SettingsError{"room", fmt.Sprintf("the token is for room %q, not for room %q", t.claims.room, t.room)}
	}
	switch {
	case t.identity == "":
		t.identity = t.claims.identity
	case t.claims.identity != "" && t.claims.identity != t.identity:
		return &SettingsError{
			"identity",
			fmt.Sprintf("the token is for identity %q, not for identity %q", t.claims.identity, t.identity),
		}
	}
	if !t.claims.canSubscribe {
		return cannotSubscribe()
	}
	if hidden && !t.claims.hidden {
		return &SettingsError{
			"hidden", "the token does not say that we are hidden: make one with the grant hidden, or set api-key and api-secret instead",
		}
	}
	return nil
}
