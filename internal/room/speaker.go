package room

// Speaker is how loud a participant is.
type Speaker struct {
	Identity string
	Level    float64 // from 0, which is silent, to 1
	Speaking bool
}
