package main

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

//go:embed web
var web embed.FS

const writeTimeout = 10 * time.Second

var qualities = []string{"auto", "low", "medium", "high"}

// pages are the page itself, LiveKit's client, a token to share with, and a WebSocket for what comes back. Connections of the
// last kind end with ctx.
func pages(ctx context.Context, server *devserver.Server, client string, viewers *viewers, receiver *receiver) http.Handler {
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the name is not a path
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /livekit-client.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		http.ServeFile(w, r, client)
	})
	mux.HandleFunc("GET /settings", func(w http.ResponseWriter, _ *http.Request) {
		token, err := server.Token(devserver.TokenOptions{Room: roomName, Identity: identity, CanPublish: true})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"url": server.URL(), "token": token})
	})
	mux.HandleFunc("POST /quality/{quality}", func(w http.ResponseWriter, r *http.Request) {
		quality := r.PathValue("quality")
		if !slices.Contains(qualities, quality) {
			http.Error(w, "the quality is auto, low, medium or high", http.StatusBadRequest)
			return
		}
		receiver.setQuality(quality)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /received", func(w http.ResponseWriter, r *http.Request) { passOn(ctx, w, r, viewers) })
	return onlyLocal(mux)
}

// onlyLocal refuses requests under another name than this machine's own: a page of somebody else's could otherwise have its name
// point here, and read a token.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil || host != "127.0.0.1" && host != "localhost" {
			http.Error(w, "open this page as http://127.0.0.1 with its port", http.StatusForbidden)
			return
		}
		w.Header().Set("Cache-Control", "no-store") // the next run may serve another version
		next.ServeHTTP(w, r)
	})
}

// passOn sends a page what is received: each picture as a binary message, and everything else as JSON.
func passOn(ctx context.Context, w http.ResponseWriter, r *http.Request, viewers *viewers) {
	var upgrader websocket.Upgrader
	connection, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	defer connection.Close()
	page, leave := viewers.join()
	defer leave()
	closed := make(chan struct{})
	go func() { // until Close at the latest
		defer close(closed)
		for {
			if _, _, err := connection.ReadMessage(); err != nil {
				return
			}
		}
	}()
	defer func() { _ = connection.Close(); <-closed }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-closed:
			return
		case <-page.wake:
			if err := send(connection, page.take()); err != nil {
				return
			}
		}
	}
}

func send(connection *websocket.Conn, fresh news) error {
	if err := connection.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if fresh.statistics != nil {
		if err := connection.WriteJSON(map[string]any{"statistics": fresh.statistics}); err != nil {
			return err
		}
	}
	if fresh.level != nil {
		if err := connection.WriteJSON(map[string]any{"level": *fresh.level}); err != nil {
			return err
		}
	}
	if fresh.picture != nil {
		return connection.WriteMessage(websocket.BinaryMessage, fresh.picture)
	}
	return nil
}
