package rtp

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// at returns a packet with a sequence number.
func at(sequence uint16) *Packet { return &Packet{Sequence: sequence} }

func TestReorderPlacesPackets(t *testing.T) {
	type push struct {
		sequence  uint16
		place     placement
		reordered bool
		handed    []uint16 // by pop afterwards
	}
	tests := []struct {
		name   string
		start  uint16
		pushes []push
	}{
		{"in order", 5, []push{{5, placeNext, false, nil}, {6, placeNext, false, nil}}},
		{"over the wrap", 65535, []push{{65535, placeNext, false, nil}, {1, placeStored, false, nil}, {0, placeNext, true, []uint16{1}}, {2, placeNext, false, nil}}},
		{"two gaps", 1, []push{{2, placeStored, false, nil}, {4, placeStored, false, nil}, {1, placeNext, true, []uint16{2}}, {3, placeNext, true, []uint16{4}}}},
		{"filled from behind", 1, []push{{4, placeStored, false, nil}, {3, placeStored, true, nil}, {2, placeStored, true, nil}, {1, placeNext, true, []uint16{2, 3, 4}}}},
		{"duplicates", 1, []push{{1, placeNext, false, nil}, {1, placeDuplicate, false, nil}, {3, placeStored, false, nil}, {3, placeDuplicate, false, nil}}},
		{"before the start", 100, []push{{99, placeLate, true, nil}, {99, placeDuplicate, false, nil}, {100, placeNext, false, nil}}},
		{"as far as it goes", 0, []push{{MaxJump - 1, placeStored, false, nil}, {MaxJump, placeJump, false, nil}, {65536 - MaxJump + 1, placeLate, true, nil}, {65536 - MaxJump, placeJump, false, nil}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var q reorder
			q.start(test.start)
			for _, p := range test.pushes {
				place, reordered := q.push(at(p.sequence))
				if place != p.place || reordered != p.reordered {
					t.Errorf("push %d: %v, %v, want %v, %v", p.sequence, place, reordered, p.place, p.reordered)
				}
				var handed []uint16
				for h := q.pop(); h != nil; h = q.pop() {
					handed = append(handed, h.Sequence)
				}
				if place == placeNext && !slices.Equal(handed, p.handed) || place != placeNext && handed != nil {
					t.Errorf("push %d: handed on %v, want %v", p.sequence, handed, p.handed)
				}
			}
		})
	}
}

func TestReorderTellsLateFromDuplicate(t *testing.T) {
	var q reorder
	q.start(10)
	q.push(at(10))
	q.push(at(13))
	if lost := q.skip(); lost != 2 || q.pop().Sequence != 13 {
		t.Errorf("lost %d", lost)
	}
	for _, want := range []struct {
		sequence uint16
		place    placement
	}{{11, placeLate}, {11, placeDuplicate}, {10, placeDuplicate}, {13, placeDuplicate}, {12, placeLate}, {14, placeNext}} {
		if place, _ := q.push(at(want.sequence)); place != want.place {
			t.Errorf("%d: %v, want %v", want.sequence, place, want.place)
		}
	}
}

func TestReorderWaitsFromTheEarliestArrival(t *testing.T) {
	var q reorder
	q.start(1)
	arrive := func(sequence uint16, arrival time.Duration) {
		p := at(sequence)
		p.Arrival = arrival
		q.push(p)
	}
	arrive(5, 10)
	arrive(3, 20)
	arrive(2, 30)
	if q.since != 10 {
		t.Errorf("first gap since %v", q.since)
	}
	arrive(1, 40)
	for q.pop() != nil {
	}
	if q.since != 10 || q.head().Sequence != 5 {
		t.Errorf("second gap since %v", q.since)
	}
}

// TestReorderHandsEveryPacketOnOnce shuffles long streams within a window, with duplicates.
func TestReorderHandsEveryPacketOnOnce(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2 {
		var q reorder
		start := uint16(random.Uint32())
		q.start(start)
		const n = 70000
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		window := 2 + random.IntN(100)
		slices.SortStableFunc(order, func(a, b int) int { return a/window - b/window })
		for i := 0; i < n; i += window {
			block := order[i:min(i+window, n)]
			random.Shuffle(len(block), func(a, b int) { block[a], block[b] = block[b], block[a] })
		}
		var spare []*Packet
		next := 0
		take := func(p *Packet) {
			if p.Sequence != start+uint16(next) {
				t.Fatalf("handed on %d, want %d", p.Sequence, start+uint16(next))
			}
			next++
		}
		for _, i := range order {
			for range 1 + random.IntN(2) {
				p := at(start + uint16(i))
				if len(spare) > 0 {
					p, spare = spare[0], spare[1:]
					p.Sequence = start + uint16(i)
				}
				switch place, _ := q.push(p); place {
				case placeNext:
					take(p)
					spare = append(spare, p)
				case placeDuplicate:
					spare = append(spare, p)
				case placeStored:
				case placeLate, placeJump:
					t.Fatalf("%d did not belong", p.Sequence)
				}
				for h := q.pop(); h != nil; h = q.pop() {
					take(h)
					spare = append(spare, h)
				}
			}
		}
		if next != n || q.count != 0 {
			t.Fatalf("handed on %d of %d, %d left", next, n, q.count)
		}
	}
}
