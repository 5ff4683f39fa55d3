package signal

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
)

const (
	// maxRegions is how many of a list are looked at. LiveKit Cloud has about a dozen.
	maxRegions = 32
	// maxRegionURL bounds one of them.
	maxRegionURL = 1 << 10
)

// Regions is what is known of the servers of one installation, from one connection to the next: to which the last one sent us,
// which one let us in, and which ones LiveKit Cloud has for a project. The zero value knows nothing. It may be used from any
// goroutine.
type Regions struct {
	mu       sync.Mutex
	told     []string // by the server that sent us away
	last     string   // that let us in
	known    []string // those of the project, the nearest first
	asked    time.Time
	failures map[string]time.Time // since one let us in
}

// tell takes where a server sends us to.
func (r *Regions) tell(servers []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = servers
}

// entered is called when a server has answered. One that sends us away has told where to already.
func (r *Regions) entered(server string, first *livekit.SignalResponse) {
	if first.GetLeave() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last, r.told, r.failures = server, nil, nil
}

func (r *Regions) failed(server string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failures == nil || len(r.failures) > 4*maxRegions {
		r.failures = make(map[string]time.Time)
	}
	r.failures[server] = time.Now()
}

// servers returns all that are known, in the order in which they are tried: where the last one sent us, where we were, where the
// user says, and the project's. Who joins tries the one last that failed last, so that one which does not answer does not keep
// us from the others. Who resumes does not: the session is where it was.
func (r *Regions) servers(config Config) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := acceptable(slices.Concat(r.told, []string{r.last, config.URL}, r.known), config)
	if config.Resume == "" {
		slices.SortStableFunc(all, func(a, b string) int { return r.failures[a].Compare(r.failures[b]) })
	}
	return all
}

// toldTo returns where the last server sent us.
func (r *Regions) toldTo(config Config) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return acceptable(r.told, config)
}

// acceptable returns the servers of a list that are addresses, and as secure as the one that the user names, each once.
func acceptable(all []string, config Config) (servers []string) {
	original, err := url.Parse(config.URL)
	if err != nil {
		return nil
	}
	secure := webSocket(original.Scheme) == "wss"
	for _, server := range all {
		u, err := url.Parse(server)
		if err != nil {
			continue
		}
		u.Scheme = webSocket(u.Scheme)
		if u.Scheme == "" || u.Host == "" || secure && u.Scheme != "wss" {
			continue
		}
		u.Host, u.Path = strings.ToLower(u.Host), strings.TrimRight(u.Path, "/")
		u.RawPath, u.RawQuery, u.Fragment = "", "", ""
		if server = u.String(); !slices.Contains(servers, server) {
			servers = append(servers, server)
		}
	}
	return servers
}

// urlsOf returns what a server says of regions, as far as it can be that.
func urlsOf(settings *livekit.RegionSettings) (urls []string) {
	for _, region := range settings.GetRegions() {
		if len(urls) < maxRegions && region.GetUrl() != "" && len(region.GetUrl()) <= maxRegionURL {
			urls = append(urls, region.GetUrl())
		}
	}
	return urls
}
