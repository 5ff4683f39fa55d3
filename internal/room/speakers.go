package room

import (
	"cmp"
	"slices"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Speaker is a participant that speaks, or that has stopped.
type Speaker struct {
	Identity string
	Level    float64 // from 0 to 1, the loudest; 0 when it has stopped
	Speaking bool
}

// OnSpeakers registers f, which gets those who speak, the loudest first: all of them at once, and then who has begun, has become
// louder or softer, or has stopped. The server says so of those whose tracks are received here, a few times a second. Everybody has
// stopped when the connection ends. Each f is called on a goroutine of its own; the function that is returned waits for it, and may
// be called again.
func (c *Connection) OnSpeakers(f func([]Speaker)) (stop func()) {
	stopped := make(chan struct{})
	var listening sync.WaitGroup
	guard.Go(&listening, "room: speakers", c, func() { c.followSpeakers(f, stopped) })
	return sync.OnceFunc(func() {
		close(stopped)
		listening.Wait()
	})
}

func (c *Connection) followSpeakers(f func([]Speaker), stopped <-chan struct{}) {
	levels := make(map[string]float64)
	for {
		people, changed := c.sub.PeopleChanged(), c.sub.Changed()
		if news := since(levels, c.speakers()); len(news) > 0 {
			f(news)
		}
		select {
		case <-people:
		case <-changed:
		case <-c.sub.Done():
			if news := since(levels, nil); len(news) > 0 {
				f(news)
			}
			return
		case <-stopped:
			return
		}
	}
}

// speakers returns how loudly everybody speaks who does, by identity.
func (c *Connection) speakers() map[string]float64 {
	bySID := make(map[string]float64)
	for _, s := range c.sub.Speakers() {
		bySID[s.GetSid()] = float64(s.GetLevel())
	}
	if len(bySID) == 0 {
		return nil
	}
	levels := make(map[string]float64)
	for _, info := range c.sub.Participants() {
		if level, speaks := bySID[info.GetSid()]; speaks {
			levels[info.GetIdentity()] = level
		}
	}
	return levels
}

// since returns what is new, the loudest first, and puts it into levels.
func since(levels, now map[string]float64) []Speaker {
	var news []Speaker
	for identity, level := range now {
		if before, spoke := levels[identity]; !spoke || before != level {
			news = append(news, Speaker{Identity: identity, Level: level, Speaking: true})
			levels[identity] = level
		}
	}
	for identity := range levels {
		if _, speaks := now[identity]; !speaks {
			news = append(news, Speaker{Identity: identity})
			delete(levels, identity)
		}
	}
	slices.SortFunc(news, func(a, b Speaker) int {
		return cmp.Or(-compareBool(a.Speaking, b.Speaking), cmp.Compare(b.Level, a.Level), cmp.Compare(a.Identity, b.Identity))
	})
	return news
}
