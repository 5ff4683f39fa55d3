// Package published follows which tracks are published in a room, for examples that do something with each of them.
package published

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// Track is one that somebody publishes.
type Track struct {
	Participant, Name string // the identity, and the name that people see
	SID, TrackName    string
	Kind              lksdk.TrackKind
	Source            string
	Codec             string          // the MIME type
	Gone              context.Context // ends when the track does, or the following
}

// follower knows which tracks are published.
type follower struct {
	ctx        context.Context
	end        context.CancelCauseFunc
	untilEmpty bool
	begin      func(Track)

	mu   sync.Mutex
	room *lksdk.Room // nil until it is joined
	live map[string]publication
}

type publication struct {
	by   *lksdk.RemoteParticipant
	gone context.CancelFunc
}

// Follow joins the room and calls begin for each track that is published there. The channel has the end, after which begin is not
// called: nil if ctx has ended, the room was deleted or, with untilEmpty, the last participant has left; an error if the connection
// was lost, or the server ended it.
//
// It joins with LiveKit's SDK, hidden, as identity with a number behind it, and receives nothing: that is for elements, which share a
// second connection.
func Follow(ctx context.Context, room, identity string, untilEmpty bool, begin func(Track)) (<-chan error, error) {
	lksdk.SetLogger(logger.GetDiscardLogger()) // otherwise it writes to standard error
	ctx, end := context.WithCancelCause(ctx)
	f := &follower{ctx: ctx, end: end, untilEmpty: untilEmpty, begin: begin, live: map[string]publication{}}
	token, err := auth.NewAccessToken(os.Getenv("LIVEKIT_API_KEY"), os.Getenv("LIVEKIT_API_SECRET")).
		SetIdentity(fmt.Sprintf("%s-%d", identity, os.Getpid())).
		SetVideoGrant(&auth.VideoGrant{RoomJoin: true, Room: room, Hidden: true, Recorder: true}).
		ToJWT()
	if err != nil {
		end(nil)
		return nil, fmt.Errorf("make a token of LIVEKIT_API_KEY and LIVEKIT_API_SECRET: %w", err)
	}
	joined, err := lksdk.ConnectToRoomWithToken(os.Getenv("LIVEKIT_URL"), token, &lksdk.RoomCallback{
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackPublished:   f.published,
			OnTrackUnpublished: func(p *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) { f.unpublished(p.SID()) },
		},
		OnParticipantDisconnected: f.left,
		OnDisconnectedWithReason:  f.disconnected,
	}, lksdk.WithAutoSubscribe(false))
	if err != nil {
		end(nil)
		return nil, fmt.Errorf("join room %q at LIVEKIT_URL=%s: %w", room, os.Getenv("LIVEKIT_URL"), err)
	}
	f.mu.Lock()
	f.room = joined
	f.mu.Unlock()
	ended := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		f.mu.Lock() // whoever holds it may be calling begin
		f.begin = func(Track) {}
		f.mu.Unlock()
		joined.Disconnect()
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
			ended <- cause
		}
		close(ended)
	})
	return ended, nil
}

func (f *follower) disconnected(reason lksdk.DisconnectionReason) {
	if reason == lksdk.RoomClosed {
		f.end(nil)
		return
	}
	f.end(fmt.Errorf("the connection to the room has ended: %s", reason))
}

func (f *follower) published(p *lksdk.RemoteTrackPublication, by *lksdk.RemoteParticipant) {
	f.mu.Lock()
	defer f.mu.Unlock()
	gone, cancel := context.WithCancel(f.ctx)
	f.live[p.SID()] = publication{by, cancel}
	f.begin(Track{
		Participant: by.Identity(), Name: by.Name(),
		SID: p.SID(), TrackName: p.Name(),
		Kind: p.Kind(), Source: source(p.Source()), Codec: p.MimeType(),
		Gone: gone,
	})
}

func (f *follower) unpublished(sid string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t, ok := f.live[sid]; ok {
		t.gone()
		delete(f.live, sid)
	}
}

// left may be called when somebody of the same identity is there again, who counts as another participant.
func (f *follower) left(p *lksdk.RemoteParticipant) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for sid, t := range f.live {
		if t.by == p {
			t.gone()
			delete(f.live, sid)
		}
	}
	if f.untilEmpty && f.room != nil && len(f.room.GetRemoteParticipants()) == 0 {
		f.end(nil)
	}
}

// source is a track's source as in the name of a file.
func source(s livekit.TrackSource) string {
	switch s {
	case livekit.TrackSource_CAMERA:
		return "camera"
	case livekit.TrackSource_MICROPHONE:
		return "microphone"
	case livekit.TrackSource_SCREEN_SHARE:
		return "screen-share"
	case livekit.TrackSource_SCREEN_SHARE_AUDIO:
		return "screen-share-audio"
	default:
		return "other"
	}
}
