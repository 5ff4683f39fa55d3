package measure

import (
	"cmp"
	"slices"
)

// Percentile is the smallest of the values that at least p percent of them do not exceed (the nearest rank); 0 for no
// values. It sorts the values.
func Percentile[T cmp.Ordered](values []T, p int) T {
	var zero T
	if len(values) == 0 {
		return zero
	}
	slices.Sort(values)
	rank := (len(values)*p + 99) / 100
	return values[min(max(rank, 1), len(values))-1]
}

// Median is the middle value, and of an even number of them the mean of the two in the middle; 0 for none. It sorts the
// values.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}
