package testpublisher_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestTrailerIsWhatTheSDKWrites(t *testing.T) {
	timestamp, frame, zero := uint64(0x0102030405060708), uint32(0x0a0b0c0d), uint32(0)
	for name, test := range map[string]struct {
		metadata testpublisher.Metadata
		want     string
	}{
		"nothing":   {testpublisher.Metadata{}, "\xfaLKTS"},
		"timestamp": {testpublisher.Metadata{UserTimestamp: &timestamp}, "\xfe\xf7\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf0LKTS"},
		"both": {
			testpublisher.Metadata{UserTimestamp: &timestamp, FrameID: &frame},
			"\xfe\xf7\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xfd\xfb\xf5\xf4\xf3\xf2\xeaLKTS",
		},
		"frame":            {testpublisher.Metadata{FrameID: &frame}, "\xfd\xfb\xf5\xf4\xf3\xf2\xf4LKTS"},
		"zero and data":    {testpublisher.Metadata{FrameID: &zero, UserData: []byte{1}}, "\xfd\xfb\xff\xff\xff\xff\xfc\xfe\xfe\xf1LKTS"},
		"all but a number": {testpublisher.Metadata{UserTimestamp: &timestamp, UserData: []byte{}}, "\xfe\xf7\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xfc\xff\xeeLKTS"},
	} {
		t.Run(name, func(t *testing.T) {
			have, err := testpublisher.Attach(testpublisher.VP8, []byte("frame"), testpublisher.Attachment{Metadata: &test.metadata})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("frame"+test.want, string(have)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSEIGoesBeforeTheFirstSlice(t *testing.T) {
	frame := uint32(0)
	const uuid = "\x3f\xa8\x5f\x64\x57\x17\x45\x62\xb3\xfc\x2c\x96\x3f\x66\xaf\xa6"
	for name, test := range map[string]struct {
		codec      testpublisher.Codec
		frame      string
		attachment testpublisher.Attachment
		want       string
	}{
		"H.264, behind parameter sets": {
			testpublisher.H264, "\x00\x00\x00\x01\x67a\x00\x00\x01\x68b\x00\x00\x00\x01\x65c\x00\x00\x00\x01\x65d",
			testpublisher.Attachment{Orientation: &testpublisher.Orientation{Anticlockwise: 90}},
			"\x00\x00\x00\x01\x67a\x00\x00\x01\x68b\x00\x00\x00\x01\x06\x2f\x03\x08\x00\x14\x80\x00\x00\x00\x01\x65c\x00\x00\x00\x01\x65d",
		},
		"H.264, lasting, short start code": {
			testpublisher.H264, "\x00\x00\x01\x41c",
			testpublisher.Attachment{Orientation: &testpublisher.Orientation{HorizontalFlip: true, Lasting: true}},
			"\x00\x00\x00\x01\x06\x2f\x03\x40\x00\x09\x80\x00\x00\x01\x41c",
		},
		"H.265, lasting": {
			testpublisher.H265, "\x00\x00\x00\x01\x40\x01a\x00\x00\x00\x01\x26\x01c",
			testpublisher.Attachment{Orientation: &testpublisher.Orientation{VerticalFlip: true, Anticlockwise: 270, Lasting: true}},
			"\x00\x00\x00\x01\x40\x01a\x00\x00\x00\x01\x4e\x01\x2f\x03\x38\x00\x18\x80\x00\x00\x00\x01\x26\x01c",
		},
		"H.265, cancelled": {
			testpublisher.H265, "\x00\x00\x00\x01\x02\x01c",
			testpublisher.Attachment{Orientation: &testpublisher.Orientation{Cancel: true}},
			"\x00\x00\x00\x01\x4e\x01\x2f\x01\xc0\x80\x00\x00\x00\x01\x02\x01c",
		},
		"metadata behind an orientation": {
			testpublisher.H264, "\x00\x00\x00\x01\x41c",
			testpublisher.Attachment{
				Orientation: &testpublisher.Orientation{Cancel: true},
				Metadata:    &testpublisher.Metadata{FrameID: &frame}, MetadataInSEI: true,
			},
			"\x00\x00\x00\x01\x06\x2f\x01\xc0\x05\x1b" + uuid + "\xfd\xfb\xff\xff\xff\xff\xf4LKTS\x80\x00\x00\x00\x01\x41c",
		},
	} {
		t.Run(name, func(t *testing.T) {
			have, err := testpublisher.Attach(test.codec, []byte(test.frame), test.attachment)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]byte(test.want), have); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAttachmentThatCannotBeSentIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		codec      testpublisher.Codec
		attachment testpublisher.Attachment
	}{
		"orientation in VP8":     {testpublisher.VP8, testpublisher.Attachment{Orientation: &testpublisher.Orientation{}}},
		"no slice":               {testpublisher.H264, testpublisher.Attachment{Orientation: &testpublisher.Orientation{}}},
		"user data of 201 bytes": {testpublisher.VP8, testpublisher.Attachment{Metadata: &testpublisher.Metadata{UserData: make([]byte, 201)}}},
	} {
		if _, err := testpublisher.Attach(test.codec, []byte("\x00\x00\x00\x01\x68a"), test.attachment); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
