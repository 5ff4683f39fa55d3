package testpublisher

import "time"

// Encoded is one picture as it is handed to the SDK.
type Encoded struct {
	// Data is only to be read, and only until Config.Encoded returns.
	Data []byte
	// Made is the time that is drawn into the picture, and At when it came out of the encoder.
	Made, At time.Time
	KeyFrame bool
}

func (u accessUnit) encoded() Encoded {
	return Encoded{Data: u.data, Made: u.made, At: time.Now(), KeyFrame: u.keyFrame}
}
