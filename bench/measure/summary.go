package measure

import (
	"errors"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/record"
)

// settling is how much of a run is left out of latencies: decoders and jitter buffers find their pace.
const settling = time.Second

// Summary is what one run of a receiver amounts to.
type Summary struct {
	// Frames is how many came, of all tracks, and Sent how many the publisher sent between the first and the last of them; 0
	// if that is not known. Unreadable is how many of them showed no time.
	Frames     int `json:"frames"`
	Sent       int `json:"sent,omitempty"`
	Unreadable int `json:"unreadable,omitempty"`
	// Seconds is the video that they are: from the first frame to the last, and that one's own duration.
	Seconds float64 `json:"seconds"`
	// CPU is processor time per second of video: of the whole process from its start to its end.
	CPU float64 `json:"cpu"`
	// CPUSteady is the same from the first frame to the last, without starting and ending.
	CPUSteady float64 `json:"cpuSteady"`
	// PeakRSS is the most memory that was resident at once, SteadyRSS the median, SteadyAnonymous that without what is mapped
	// from files, and GrowthRSS by how much the last sample is above the median. All are in bytes.
	PeakRSS         int64 `json:"peakRSS,omitempty"`
	SteadyRSS       int64 `json:"steadyRSS,omitempty"`
	SteadyAnonymous int64 `json:"steadyAnonymous,omitempty"`
	GrowthRSS       int64 `json:"growthRSS,omitempty"`
	// Threads is how many there were at the end, and Switches how often a second the kernel changed between them or away from
	// them; 0 if that is not known. Missing is how many packets were lost or dropped, of all tracks; nil if the receiver does not say.
	Threads  int     `json:"threads,omitempty"`
	Switches float64 `json:"switches,omitempty"`
	Missing  *uint64 `json:"missing,omitempty"`
	// Latency is from making a picture to having its frame; Encode what of it passed before the encoded picture was handed to
	// the SDK, and Beyond what passed after that. They are nil without readable frames.
	Latency *Percentiles `json:"latency,omitempty"`
	Encode  *Percentiles `json:"encode,omitempty"`
	Beyond  *Percentiles `json:"beyond,omitempty"`
	// FirstFrame is the time from being told to receive to the first frame of the last track, FirstFrameOfProcess the same
	// from the start of the process. Both are in milliseconds.
	FirstFrame          float64 `json:"firstFrame"`
	FirstFrameOfProcess float64 `json:"firstFrameOfProcess"`
	// Mallocs, AllocatedBytes and CgoCalls are per frame, of all Go code in a Go process; nil for others. OurMallocs is what of
	// Mallocs this module's own code does; nil unless that was counted.
	Mallocs        *float64 `json:"mallocs,omitempty"`
	OurMallocs     *float64 `json:"ourMallocs,omitempty"`
	AllocatedBytes *float64 `json:"allocatedBytes,omitempty"`
	CgoCalls       *float64 `json:"cgoCalls,omitempty"`
	// Decoder is the GStreamer element that decoded, if the receiver knows.
	Decoder string `json:"decoder,omitempty"`
}

// Percentiles are of durations in milliseconds.
type Percentiles struct {
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
	P99    float64 `json:"p99"`
}

func newPercentiles(values []float64) *Percentiles {
	if len(values) == 0 {
		return nil
	}
	return &Percentiles{Median: Median(values), P95: Percentile(values, 95), P99: Percentile(values, 99)}
}

// Stream is what was published.
type Stream struct {
	FrameRate int
	// Sent is what the publisher sent on each track, in order of time. It is nil where that does not matter.
	Sent map[string][]Sent
	// Sound says that Sent are bursts, and not frames.
	Sound bool
}

// Summarize makes a summary of a run. The frames of a file, which come as fast as they are decoded, count as the video
// that they are at the stream's frame rate.
func Summarize(o Observation, stream Stream, paced bool) (Summary, error) {
	var s Summary
	var l latencies
	if len(o.Lines) == 0 {
		return s, errors.New("no track was received")
	}
	frame := 1 / float64(stream.FrameRate)
	for _, line := range o.Lines {
		if len(line.At) < 2 {
			return s, errors.New("less than two frames came")
		}
		s.addFrames(line, stream)
		if line.Missing != nil {
			s.Missing = new(value(s.Missing) + *line.Missing)
		}
		first, last := line.At[0], line.At[len(line.At)-1]
		if stream.Sent != nil {
			l.add(line, first+settling.Microseconds(), stream.Sent[line.Track])
		}
		s.Seconds = max(s.Seconds, float64(last-first)/1e6+frame)
		if !paced {
			s.Seconds = float64(len(line.At)) * frame
		}
		s.FirstFrame = max(s.FirstFrame, milliseconds(first-line.Begin))
		s.FirstFrameOfProcess = max(s.FirstFrameOfProcess, milliseconds(first-o.Started.UnixMicro()))
	}
	s.Latency, s.Encode, s.Beyond = newPercentiles(l.total), newPercentiles(l.encode), newPercentiles(l.beyond)
	s.addCPU(o, paced, frame)
	s.addMemory(o.Memory)
	if o.First != nil && o.Last != nil {
		s.Threads, s.Switches = len(o.Last.Switches), o.Last.switchesSince(*o.First)
	}
	s.addGo(o.Lines)
	return s, nil
}

// value is 0 for what is not known.
func value(known *uint64) uint64 {
	if known == nil {
		return 0
	}
	return *known
}

func (s *Summary) addFrames(line record.Line, stream Stream) {
	s.Frames += len(line.At)
	if stream.Sound {
		return
	}
	sent := stream.Sent[line.Track]
	var made []int64
	for i, picture := range line.Pictures {
		if picture == record.Unreadable {
			s.Unreadable++
			continue
		}
		made = append(made, line.At[i]-Latency(line.At[i], picture))
	}
	if len(made) == 0 {
		return
	}
	first, ok := find(sent, made[0])
	last, found := find(sent, made[len(made)-1])
	if ok && found {
		s.Sent += last - first + 1
	}
}

// addCPU counts the time between the first frame of the last track and the last frame of all as steady.
func (s *Summary) addCPU(o Observation, paced bool, frame float64) {
	begin, end := o.Lines[0], o.Lines[0]
	for _, line := range o.Lines[1:] {
		if line.At[0] > begin.At[0] {
			begin = line
		}
		if line.CPULast > end.CPULast {
			end = line
		}
	}
	seconds := float64(end.At[len(end.At)-1]-begin.At[0]) / 1e6
	if !paced {
		seconds = float64(len(end.At)-1) * frame
	}
	s.CPU = o.CPU.Seconds() / s.Seconds
	s.CPUSteady = float64(end.CPULast-begin.CPUFirst) / 1e6 / seconds
}

func (s *Summary) addMemory(samples []Memory) {
	if len(samples) == 0 {
		return
	}
	var resident, anonymous []int64
	for _, m := range samples {
		s.PeakRSS = max(s.PeakRSS, m.Peak)
		resident, anonymous = append(resident, m.Resident), append(anonymous, m.Anonymous)
	}
	// The first third is start-up.
	settled := len(samples) / 3
	s.SteadyRSS = Percentile(resident[settled:], 50)
	s.SteadyAnonymous = Percentile(anonymous[settled:], 50)
	s.GrowthRSS = samples[len(samples)-1].Resident - s.SteadyRSS
}

func (s *Summary) addGo(lines []record.Line) {
	counted := lines[0].Go
	if counted == nil {
		return
	}
	frames := float64(s.Frames - len(lines))
	perFrame := func(n float64) *float64 { n /= frames; return &n }
	s.Mallocs = perFrame(float64(counted.Mallocs))
	s.AllocatedBytes = perFrame(float64(counted.Bytes))
	s.CgoCalls = perFrame(float64(counted.CgoCalls))
	if counted.OurMallocs != nil {
		s.OurMallocs = perFrame(float64(*counted.OurMallocs))
	}
	s.Decoder = counted.Decoder
}
