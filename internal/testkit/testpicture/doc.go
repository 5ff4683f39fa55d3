// Package testpicture knows the pictures that the tests publish: what time it says in them, and what colours they have.
//
// The time is drawn as 32 blocks across the whole width. The top band is the low 32 bits of the Unix time in
// milliseconds, most significant bit first, white for 1 and black for 0. The band below is its complement, so that a
// damaged or foreign picture is told from one with a time in it. A picture of H rows has bands of H*32/720 rows each,
// which leaves every block at least 5 by 4 pixels from 160x90 on: enough for a video encoder to keep it.
//
//	value, ok := testpicture.Read(luma, stride, width, height)
//	if ok {
//		latency := testpicture.Latency(time.Now(), value)
//	}
//
// The colours fill the rest as eight flat patches, four beside each other in two rows: 75 % colour bars, whose values
// are known in RGB and in the YUV of BT.601 and BT.709.
package testpicture
