package engine

// ring is a queue that moves its elements only when it grows.
type ring[T any] struct {
	all   []T
	first int
	n     int
}

func (r *ring[T]) push(v T) {
	if r.n == len(r.all) {
		grown := make([]T, max(8, 2*r.n))
		copied := copy(grown, r.all[r.first:])
		copy(grown[copied:], r.all[:r.first])
		r.all, r.first = grown, 0
	}
	r.all[(r.first+r.n)%len(r.all)] = v
	r.n++
}

// pop returns the oldest element. There must be one.
func (r *ring[T]) pop() T {
	var none T
	v := r.all[r.first]
	r.all[r.first] = none
	r.first = (r.first + 1) % len(r.all)
	r.n--
	return v
}
