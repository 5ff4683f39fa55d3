package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// options are the flags, and what only tests change.
type options struct {
	codec        testpublisher.Codec
	participants int
	simulcast    bool   // each picture also in a half and a quarter of its size
	key          string // a passphrase; empty does not encrypt
	camera       string // a device, for the first participant; empty is the test picture

	server, out, plugins string
	width, height        int // of the first participant's picture
	environment          func(string) string
}

var codecs = []testpublisher.Codec{testpublisher.VP8, testpublisher.H264, testpublisher.VP9, testpublisher.H265}

func parseFlags(arguments []string) (options, error) {
	o := options{width: 1280, height: 720, environment: os.Getenv}
	flags := flag.NewFlagSet("play", flag.ContinueOnError)
	codec := flags.String("codec", "vp8", "the codec of the pictures: vp8, h264, vp9 or h265")
	flags.IntVar(&o.participants, "participants", len(names), "how many publish: 0, 1 or 2")
	flags.BoolVar(&o.simulcast, "simulcast", false, "publish each picture in three sizes")
	flags.StringVar(&o.key, "key", "", "encrypt end to end, with this passphrase")
	flags.StringVar(&o.camera, "camera", "", "publish this camera, such as /dev/video0, instead of the first test picture")
	flags.StringVar(&o.server, "server", "", "the livekit-server program (default build/livekit-server)")
	flags.StringVar(&o.out, "out", "build/play", "the folder for the server's log")
	flags.StringVar(&o.plugins, "plugins", "", "the folder of the plugin, for GST_PLUGIN_PATH; empty if it is installed")
	if err := flags.Parse(arguments); err != nil {
		return options{}, err
	}
	o.codec = testpublisher.Codec(strings.ToLower(*codec))
	if err := o.check(flags.Args()); err != nil {
		fmt.Fprintf(flags.Output(), "play: %v\n", err)
		flags.Usage()
		return options{}, err
	}
	return o, nil
}

func (o options) check(arguments []string) error {
	switch {
	case len(arguments) > 0:
		return fmt.Errorf("there are no arguments beside flags: %q", arguments)
	case !slices.Contains(codecs, o.codec):
		return fmt.Errorf("the codec is one of %v, not %q", codecs, o.codec)
	case o.participants < 0 || o.participants > len(names):
		return fmt.Errorf("participants is from 0 to %d, not %d", len(names), o.participants)
	case o.key != "" && o.simulcast:
		return errors.New("this publisher does not encrypt simulcast: choose one of them")
	case o.key != "" && o.codec == testpublisher.VP9:
		return errors.New("vp9 cannot be encrypted by this publisher: choose another codec")
	}
	return nil
}
