package testpublisher

import "time"

// Encoded is one picture as it is handed to the SDK.
type Encoded struct {
	// Data is only to be read, and only until Config.Encoded returns.
	Data []byte
	// At is when it came out of the encoder.
	At time.Time
	// Age is how long before that the picture was due. It was made then, or a little later on a busy machine.
	Age      time.Duration
	KeyFrame bool
}

func (u accessUnit) encoded() Encoded {
	return Encoded{Data: u.data, At: time.Now(), Age: u.age, KeyFrame: u.keyFrame}
}
