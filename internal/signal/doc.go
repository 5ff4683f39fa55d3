// Package signal speaks LiveKit's signalling protocol: protobuf messages over a WebSocket, by which a participant joins a
// room, is told who else is there and what they publish, and agrees with the server on media.
//
//	address.go  where to connect, and what is said of us there
//	conn.go     one connection: what is sent, what is received, the end
//	dial.go     how it begins, and what a server says that refuses
//	ping.go     signs of life, ours and the server's
//	decode.go   bytes to a message
//
// It knows nothing of media. A message of a kind that this version does not know is handed on empty, and whoever receives
// ignores it; one that is no message at all is left out. The token goes into a header, never into the address, which proxies
// and servers log. The system's authorities, or those of SSL_CERT_FILE, vouch for a wss server, and HTTP_PROXY, HTTPS_PROXY
// and NO_PROXY are followed.
package signal
