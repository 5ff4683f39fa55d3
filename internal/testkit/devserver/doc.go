// Package devserver runs a real livekit-server as a child process, on loopback only and on free ports, for tests
// and for the demo.
//
//	server, err := devserver.Start(ctx, devserver.Options{})
//	if err != nil {
//		return err
//	}
//	defer server.Stop()
//	token, err := server.Token(devserver.TokenOptions{Room: "demo", Identity: "viewer", CanSubscribe: true})
//	room, err := lksdk.ConnectToRoomWithToken(server.URL(), token, callback)
//
// The server dies with the program that started it, even when that program is killed. Nothing is left on disk:
// the configuration travels in the environment variable LIVEKIT_CONFIG, which livekit-server reads.
package devserver
