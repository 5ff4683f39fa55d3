package sound

// Stretch spreads samples over a few more or fewer, without a jump at either end. Both hold whole samples of all
// channels; to must have at least two of each channel, and from at least four. Between samples it uses cubic
// interpolation (Catmull-Rom), which is good enough for the 2 percent of this package's callers.
func Stretch(to, from []int16, channels int) {
	n, m := len(from)/channels, len(to)/channels
	for i := range m {
		// The first and the last sample stay where they are.
		at := float64(i) * float64(n-1) / float64(m-1)
		j := min(int(at), n-2)
		x := float32(at - float64(j))
		for c := range channels {
			p := func(k int) float32 { return float32(from[min(max(k, 0), n-1)*channels+c]) }
			a, b, d, e := p(j-1), p(j), p(j+1), p(j+2)
			y := b + x/2*(d-a+x*(2*a-5*b+4*d-e+x*(3*(b-d)+e-a)))
			to[i*channels+c] = int16(min(max(y, -32768), 32767))
		}
	}
}
