package report

// The names of the receivers that goals are about, as bench has them.
const (
	I420       = "gst-i420"
	RGBA       = "gst-rgba"
	ToFile     = "gst-to-file"
	Node       = "rtc-node"
	NodeRGBA   = "rtc-node-rgba"
	Decode     = "decode"
	DecodeFast = "decode-fast"
	DecodeRGBA = "decode-rgba"
	FastRGBA   = "decode-rgba-fast"
	Counted    = "videostream-counted"
	Element    = "element-counted"
	Untouched  = "gst-untouched"

	OneTrack       = "gst-one-track"
	AllTracks      = "gst-all-tracks"
	SoundRaw       = "gst-sound-raw"
	SoundUntouched = "gst-sound-untouched"
	SoundStream    = "audiostream"
	SoundCounted   = "sound-element-counted"
	NodeSound      = "rtc-node-sound"
	OpusDecode     = "opusdec"
	OpusFast       = "opusdec-fast"
)

// Goals are what the project wants to reach.
//
// Processor time is that of the whole process, from its start to its end. What decoding alone takes is measured on the
// stream's own recording, once at the pace of the video, which is how a live stream comes, and once as fast as it goes,
// which takes less for each frame: both quotients are shown.
func Goals() []Goal {
	var goals []Goal
	add := func(topic, text string, limit float64, unit string, value func(Results) (float64, error)) {
		goals = append(goals, Goal{topic, text, limit, unit, value})
	}
	processor := func(topic, name, ours, decode, fast, node string, toDecode, toNode float64) {
		add(topic, "against decoding alone, at the video's pace", toDecode, "", ratio(cpu, name, ours, decode))
		add(topic, "against decoding alone, as fast as it goes", toDecode, "", ratio(cpu, name, ours, fast))
		if node != "" {
			add(topic, "against rtc-node", toNode, "", ratio(cpu, name, ours, node))
		}
	}
	processor("CPU, 720p30 VP8 to I420", "vp8-720p30", I420, Decode, DecodeFast, Node, 1.20, 0.65)
	processor("CPU, 720p30 H.264 to I420", "h264-720p30", I420, Decode, DecodeFast, Node, 1.40, 0.65)
	processor("CPU, 720p30 VP8 to RGBA", "vp8-720p30", RGBA, DecodeRGBA, FastRGBA, NodeRGBA, 1.15, 0.60)
	processor("CPU, untouched 720p30 H.264 to a file", "h264-720p30-to-file", ToFile, Decode, DecodeFast, "", 0.35, 0)

	add("latency beyond the publisher's encoding", "median", 6, "ms", number(median, "vp8-720p30", I420))
	add("latency beyond the publisher's encoding", "p95", 12, "ms", number(p95, "vp8-720p30", I420))
	add("latency beyond the publisher's encoding", "median against rtc-node", 0.2, "", ratio(median, "vp8-720p30", I420, Node))
	add("latency beyond the publisher's encoding", "p95 against rtc-node", 0.2, "", ratio(p95, "vp8-720p30", I420, Node))

	add("time to the first frame", "from PLAYING", 400, "ms", number(firstFrame, "start-up", I420))
	add("time to the first frame", "against rtc-node", 0.5, "", ratio(firstFrame, "start-up", I420, Node))

	add("16 tracks on one connection", "CPU of each against that of one track", 1.1, "",
		perTrack(quotient(number(steadyCPU, "tracks-16", I420), number(steadyCPU, "tracks-1", I420)), 16))
	add("16 tracks on one connection", "RSS of each further 360p track", 8, "MB", perFurtherTrack(steadyRSS, I420))

	add("64 tracks on one connection", "CPU of each against that of one track, from first to last frame", 0.6, "",
		perTrack(ratio(steadyCPU, "tracks-64", AllTracks, OneTrack), 64))
	add("64 tracks on one connection", "packets lost or dropped", 0, "packets", number(missing, "tracks-64", AllTracks))
	add("thread switches", "one track of 720p30 H.264, untouched", 100, "a second", number(switches, "h264-720p30", Untouched))
	add("thread switches", "32 tracks of 320x180 at 15 frames per second, untouched", 1000, "a second",
		number(switches, "tracks-32-small", AllTracks))

	const sound = "sound, one track, from first to last frame"
	add(sound, "CPU, untouched", 0.01, "s per s", number(steadyCPU, "sound-1", SoundUntouched))
	add(sound, "CPU, samples, against opusdec alone, at the pace of the sound", 2, "", ratio(steadyCPU, "sound-1", SoundRaw, OpusDecode))
	add(sound, "CPU, samples, against opusdec alone, as fast as it goes", 2, "", ratio(steadyCPU, "sound-1", SoundRaw, OpusFast))
	add(sound, "CPU, samples, against rtc-node", 0.3, "", ratio(steadyCPU, "sound-1", SoundRaw, NodeSound))
	add(sound, "CPU that it adds to an untouched picture", 0.015, "s per s",
		difference(number(steadyCPU, "picture-and-sound", AllTracks), number(steadyCPU, "picture-and-sound", OneTrack)))
	add(sound, "latency beyond the publisher's packet, median", 10, "ms", number(median, "sound-1", SoundRaw))
	add(sound, "latency beyond the publisher's packet, p95", 10, "ms", number(p95, "sound-1", SoundRaw))

	add("our Go half", "allocations per packet of sound, of the stream's own code", 0, "", number(ourMallocs, "go-half-sound", SoundCounted))
	add("our Go half", "allocations per access unit, of the stream's own code", 4, "", number(ourMallocs, "go-half", Counted))
	add("our Go half", "calls into C per access unit, in livekitsrc", 2, "", number(cgoCalls, "go-half", Element))
	add("our Go half", "calls into C per frame that a Go program reads", 2, "", number(cgoCalls, "go-half", Counted))

	add("RSS, one 720p30 track", "at most", 60, "MB", number(peakRSS, "vp8-720p30", I420))
	add("plugin", "gst-inspect-1.0 livekitsrc", 0.1, "s", single("plugin", "inspectSeconds"))
	add("plugin", "stripped libgstlivekit.so", 30, "MB", single("plugin", "fileMB"))
	return goals
}
