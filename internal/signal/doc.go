// Package signal speaks LiveKit's signalling protocol: protobuf messages over a WebSocket, by which a participant joins a
// room, is told who else is there and what they publish, and agrees with the server on media.
//
//	address.go    where to connect, and what is said of us there
//	conn.go       one connection: what is sent, what is received, the end
//	dial.go       how it begins, and which servers are tried
//	handshake.go  one server, where it redirects to, and what one says that refuses
//	regions.go    which servers are known
//	settings.go   and what LiveKit Cloud says of them
//	ping.go       signs of life, ours and the server's
//	decode.go     bytes to a message
//
// It knows nothing of media. A message of a kind that this version does not know is handed on empty, and whoever receives
// ignores it; one that is no message at all is left out. The token goes into a header, never into the address, which proxies
// and servers log, and never without encryption when the user's address is one with encryption. The system's authorities, or
// those of SSL_CERT_FILE, vouch for a wss server, and HTTP_PROXY, HTTPS_PROXY and NO_PROXY are followed.
//
// A server can send us on: by a redirect of HTTP, by the regions of a leave, by another address in its answer. LiveKit Cloud says
// which regions a project has. [Regions] remembers them, so that the next connection goes there.
package signal
