// Package testtone publishes tones, and measures what has become of them.
package testtone
