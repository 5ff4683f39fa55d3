package subscriber

import (
	"io"
	"sync"

	xr "github.com/livekit/mediatransportutil/pkg/interceptor"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/logging"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// feedback is what the server is told of the packets that come: receiver reports, TWCC where it is negotiated, and a question
// each second for the round trip. pion's interceptors do it. They are called where the packets come, and so pion, which
// would call them where packets are read, is not told of them.
type feedback struct {
	write interceptor.RTCPWriterFunc
	log   logging.LoggerFactory
	extra []interceptor.Factory

	mu     sync.Mutex
	closed bool
	chain  []interceptor.Interceptor // made for the first stream
	hasTCC bool
	rtcp   interceptor.RTCPReader // reads control
	attrs  interceptor.Attributes // likewise
	now    []byte                 // the packet that rtcp reads
}

// remoteStream is one SSRC to the interceptors.
type remoteStream struct {
	info   *interceptor.StreamInfo
	reader interceptor.RTPReader
	packet []byte // that reader reads now
	attrs  interceptor.Attributes
}

// Read implements interceptor.RTPReader: it gives the packet that is looked at, in the memory that it is in.
func (s *remoteStream) Read(p []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
	if s.packet == nil {
		return 0, nil, io.EOF
	}
	if len(p) > 0 && &p[0] == &s.packet[0] {
		return len(s.packet), a, nil
	}
	return copy(p, s.packet), a, nil
}

// see shows the interceptors a packet.
func (s *remoteStream) see(packet []byte) {
	clear(s.attrs)
	s.packet = packet
	_, _, _ = s.reader.Read(packet, s.attrs) // they have no say in what becomes of it
	s.packet = nil
}

// bind begins with a stream.
func (f *feedback) bind(ssrc uint32, codec webrtc.RTPCodecCapability, extensions []webrtc.RTPHeaderExtensionParameter) (*remoteStream, error) {
	info := &interceptor.StreamInfo{SSRC: ssrc, MimeType: codec.MimeType, ClockRate: codec.ClockRate, SDPFmtpLine: codec.SDPFmtpLine}
	tcc := false
	for _, e := range extensions {
		info.RTPHeaderExtensions = append(info.RTPHeaderExtensions, interceptor.RTPHeaderExtension{URI: e.URI, ID: e.ID})
		tcc = tcc || e.URI == transportCCURI
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, io.ErrClosedPipe
	}
	if f.chain == nil {
		if err := f.make(); err != nil {
			return nil, err
		}
	}
	if tcc && !f.hasTCC {
		factory, err := twcc.NewSenderInterceptor(twcc.WithLoggerFactory(f.log))
		if err != nil {
			return nil, err
		}
		if err := f.add(factory); err != nil {
			return nil, err
		}
		f.hasTCC = true
	}
	s := &remoteStream{info: info, attrs: make(interceptor.Attributes)}
	s.reader = s
	for _, i := range f.chain {
		s.reader = i.BindRemoteStream(info, s.reader)
	}
	return s, nil
}

const transportCCURI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

// make makes the interceptors that every stream has. f.mu is held.
func (f *feedback) make() error {
	f.attrs = make(interceptor.Attributes)
	f.rtcp = interceptor.RTCPReaderFunc(f.readNow)
	reports, err := report.NewReceiverInterceptor(report.WithReceiverLoggerFactory(f.log))
	if err != nil {
		return err
	}
	for _, factory := range append([]interceptor.Factory{reports, xr.NewRTTFromXRFactory(func(uint32) {})}, f.extra...) {
		if err := f.add(factory); err != nil {
			return err
		}
	}
	return nil
}

// readNow gives the packet that is looked at, in the memory that it is in. f.mu is held.
func (f *feedback) readNow(_ []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
	return len(f.now), a, nil
}

func (f *feedback) add(factory interceptor.Factory) error {
	i, err := factory.NewInterceptor("")
	if err != nil {
		return err
	}
	i.BindRTCPWriter(f.write)
	f.rtcp = i.BindRTCPReader(f.rtcp)
	f.chain = append(f.chain, i)
	return nil
}

// unbind is the end of a stream.
func (f *feedback) unbind(s *remoteStream) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.chain {
		i.UnbindRemoteStream(s.info)
	}
}

// control shows the interceptors a control packet, and returns what it holds.
func (f *feedback) control(packet []byte) ([]rtcp.Packet, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rtcp == nil || f.closed {
		return nil, nil
	}
	clear(f.attrs)
	f.now = packet
	_, _, err := f.rtcp.Read(packet, f.attrs)
	f.now = nil
	if err != nil {
		return nil, err
	}
	return f.attrs.GetRTCPPackets(packet)
}

// close ends the interceptors.
func (f *feedback) close() {
	f.mu.Lock()
	f.closed = true
	chain := f.chain
	f.mu.Unlock()
	for _, i := range chain {
		_ = i.Close() // none of them has an error to return
	}
}
