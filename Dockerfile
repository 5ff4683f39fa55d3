# An image with GStreamer and the plugin: docker build -t gst-livekit . && docker run --rm gst-livekit
FROM golang:1.26-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      gcc libc6-dev pkgconf libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libopus-dev
WORKDIR /build
COPY . .
RUN CGO_ENABLED=1 go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags='-s -w' -o /libgstlivekit.so ./plugin

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad \
      gstreamer1.0-libav && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --create-home gst && \
    install -d -o gst -g gst /recordings
COPY --from=build /libgstlivekit.so /usr/local/lib/gstreamer-1.0/libgstlivekit.so
ENV GST_PLUGIN_PATH=/usr/local/lib/gstreamer-1.0
USER gst
WORKDIR /recordings
CMD ["gst-inspect-1.0", "livekitsrc"]
