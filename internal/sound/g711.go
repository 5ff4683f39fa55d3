package sound

// g711 decodes G.711 (ITU-T G.711; RFC 3551 section 4.5.14), which has one channel of 8000 samples a second in a byte
// each. It has nothing to conceal with: what is lost is silent.
type g711 struct {
	channels int
	table    *[256]int16
}

func (d *g711) Rate() int     { return 8000 }
func (d *g711) Channels() int { return d.channels }
func (d *g711) Close()        {}
func (d *g711) Reset()        {}

func (d *g711) Decode(to []int16, packet []byte) (int, error) {
	n := min(len(packet), len(to)/d.channels)
	for i, b := range packet[:n] {
		for c := range d.channels {
			to[i*d.channels+c] = d.table[b]
		}
	}
	return n, nil
}

func (d *g711) Conceal(to []int16, samples int) error {
	clear(to[:samples*d.channels])
	return nil
}

func (d *g711) Recover(to []int16, samples int, _ []byte) error { return d.Conceal(to, samples) }

var muLaw, aLaw = g711Tables()

// g711Tables returns the sample for each byte. A byte is a sign, three bits of exponent and four of mantissa.
func g711Tables() (mu, a [256]int16) {
	for i := range 256 {
		b := ^byte(i)
		magnitude := (int(b&0xf)<<3+0x84)<<(b>>4&7) - 0x84
		mu[i] = signed(magnitude, b&0x80 == 0)

		b = byte(i) ^ 0x55
		exponent := b >> 4 & 7
		magnitude = int(b&0xf)<<4 + 8
		if exponent > 0 {
			magnitude = (magnitude + 0x100) << (exponent - 1)
		}
		a[i] = signed(magnitude, b&0x80 != 0)
	}
	return mu, a
}

func signed(magnitude int, positive bool) int16 {
	if positive {
		return int16(magnitude)
	}
	return int16(-magnitude)
}
