package testtone

import "math"

// Level returns how loud samples are, in dB below a full square wave. Silence is -Inf.
func Level(samples []int16) float64 {
	var sum float64
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(samples))/(32768*32768))
}

// Frequency returns the frequency in Hz of the tone in samples of one channel, from the first to the last time that it rises through
// zero; 0 if it does not do so twice.
func Frequency(samples []int16, rate int) float64 {
	var first, last float64
	waves := -1
	for i := 1; i < len(samples); i++ {
		before, after := float64(samples[i-1]), float64(samples[i])
		if before >= 0 || after < 0 {
			continue
		}
		last = float64(i) - after/(after-before)
		if waves++; waves == 0 {
			first = last
		}
	}
	if waves < 1 {
		return 0
	}
	return float64(waves) * float64(rate) / (last - first)
}

// Channel returns the samples of one of so many channels.
func Channel(samples []int16, channel, channels int) (one []int16) {
	for i := channel; i < len(samples); i += channels {
		one = append(one, samples[i])
	}
	return one
}
