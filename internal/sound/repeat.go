package sound

import "math"

const (
	// alike is how well two pieces of sound must correlate for one to stand in for the other.
	alike = 0.9
	// quiet is the level, as the root mean square of samples, below which nobody hears one piece pass into another.
	quiet = 100
)

// Repetition looks for a number of samples, from least to most, after which sound repeats itself, as a vowel or a tone
// does. So many samples can be left out or repeated, and the pitch stays as it is. samples holds whole samples of all
// channels; what repeats itself is at most half of them. It returns 0 if nothing does.
func Repetition(samples []int16, channels, least, most int) int {
	most = min(most, len(samples)/channels/2)
	best, length := alike, 0
	for n := least; n <= most; n++ {
		from := middle(samples, channels, n)
		if c := correlation(samples[from:][:n*channels], samples[from+n*channels:][:n*channels]); c >= best {
			best, length = c, n
		}
	}
	return length
}

// middle returns the index of the first of the 2n samples in the middle, of which the second half may repeat the first.
func middle(samples []int16, channels, n int) int { return (len(samples)/channels/2 - n) * channels }

// correlation returns how alike two pieces of the same length are. It is 1 if they differ in level at most, or are quiet.
func correlation(a, b []int16) float64 {
	var ab, aa, bb float32
	for i := range a {
		x, y := float32(a[i]), float32(b[i])
		ab += x * y
		aa += x * x
		bb += y * y
	}
	if level := quiet * quiet * float32(len(a)); aa < level && bb < level {
		return 1
	}
	return float64(ab) / math.Sqrt(float64(aa)*float64(bb))
}

// LeaveOut leaves out n samples in the middle, a number that Repetition has returned. It returns what is left, in the same
// memory.
func LeaveOut(samples []int16, channels, n int) []int16 {
	from := middle(samples, channels, n)
	first, second := samples[from:][:n*channels], samples[from+n*channels:]
	pass(first, first, second, channels)
	copy(second, second[n*channels:])
	return samples[:len(samples)-n*channels]
}

// Repeat copies samples to another memory, which has room for n more, and repeats n in the middle, a number that Repetition
// has returned.
func Repeat(to, samples []int16, channels, n int) {
	from := middle(samples, channels, n)
	first, second := samples[from:][:n*channels], samples[from+n*channels:]
	to = to[copy(to, samples[:from+n*channels]):]
	pass(to[:n*channels], second, first, channels)
	copy(to[n*channels:], second)
}

// pass fills to, which may be a itself, with sound that passes from a into b.
func pass(to, a, b []int16, channels int) {
	n := len(to) / channels
	for i := range to {
		weight := i / channels
		to[i] = int16((int(a[i])*(n-weight) + int(b[i])*weight) / n)
	}
}
