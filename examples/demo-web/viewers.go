package main

import (
	"maps"
	"slices"
	"sync"
)

// viewers are the pages that are open. Whatever is told to them is passed on at each one's own pace: a page that is slow misses
// pictures, and nobody waits for it.
type viewers struct {
	mu   sync.Mutex
	open map[*viewer]bool
	left sync.WaitGroup
}

// viewer is one page. It keeps the latest of each kind until the page takes it.
type viewer struct {
	wake chan struct{} // holds one if there is something new

	mu    sync.Mutex
	fresh news
}

// news is what a page has not been told yet. What has nothing new is nil.
type news struct {
	picture    []byte // a JPEG
	statistics map[string]any
	level      *float64 // of the sound, in decibels below full scale
}

func newViewers() *viewers { return &viewers{open: map[*viewer]bool{}} }

// join adds a page. leave removes it.
func (v *viewers) join() (page *viewer, leave func()) {
	page = &viewer{wake: make(chan struct{}, 1)}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.open[page] = true
	v.left.Add(1)
	return page, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.open, page)
		v.left.Done()
	}
}

// wait returns when all pages have left.
func (v *viewers) wait() { v.left.Wait() }

// any tells whether somebody looks.
func (v *viewers) any() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.open) > 0
}

func (v *viewers) tell(change func(*news)) {
	v.mu.Lock()
	pages := slices.Collect(maps.Keys(v.open))
	v.mu.Unlock()
	for _, page := range pages {
		page.mu.Lock()
		change(&page.fresh)
		page.mu.Unlock()
		select {
		case page.wake <- struct{}{}:
		default:
		}
	}
}

// take returns what is new since the last time.
func (p *viewer) take() news {
	p.mu.Lock()
	defer p.mu.Unlock()
	fresh := p.fresh
	p.fresh = news{}
	return fresh
}
