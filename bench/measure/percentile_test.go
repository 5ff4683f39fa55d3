package measure

import "testing"

func TestPercentileIsTheNearestRank(t *testing.T) {
	values := make([]int, 100)
	for i := range values {
		values[i] = 100 - i
	}
	for p, want := range map[int]int{0: 1, 1: 1, 50: 50, 95: 95, 99: 99, 100: 100} {
		if got := Percentile(values, p); got != want {
			t.Errorf("percentile %d is %d, want %d", p, got, want)
		}
	}
	if got := Percentile([]int{7, 3, 5}, 95); got != 7 {
		t.Errorf("of three it is %d, want the largest", got)
	}
	if got := Percentile([]int(nil), 50); got != 0 {
		t.Errorf("of none it is %d", got)
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{4}, 4},
		{[]float64{9, 1, 5}, 5},
		{[]float64{1, 10, 3, 2}, 2.5},
	} {
		if got := Median(test.values); got != test.want {
			t.Errorf("median of %v is %v, want %v", test.values, got, test.want)
		}
	}
}
