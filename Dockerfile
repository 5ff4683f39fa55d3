# Two images, both with GStreamer:
#   docker build -t gst-livekit .                        the plugin: docker run --rm gst-livekit
#   docker build --target record-room -t record-room .   examples/record-room: docker run --rm record-room -help
FROM golang:1.26-bookworm AS source
RUN apt-get update && apt-get install -y --no-install-recommends \
      gcc libc6-dev pkgconf libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libopus-dev
WORKDIR /build
COPY . .

FROM source AS plugin
RUN CGO_ENABLED=1 go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags='-s -w' -o /libgstlivekit.so ./plugin

FROM source AS program
RUN CGO_ENABLED=1 go build -trimpath -buildvcs=false -ldflags='-s -w' -o /record-room ./examples/record-room

FROM debian:bookworm-slim AS gstreamer
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad \
      gstreamer1.0-libav && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --create-home gst && \
    install -d -o gst -g gst /recordings
USER gst
WORKDIR /recordings

FROM gstreamer AS record-room
COPY --from=program /record-room /usr/local/bin/record-room
ENTRYPOINT ["record-room"]

FROM gstreamer AS gst-livekit
COPY --from=plugin /libgstlivekit.so /usr/local/lib/gstreamer-1.0/libgstlivekit.so
ENV GST_PLUGIN_PATH=/usr/local/lib/gstreamer-1.0
CMD ["gst-inspect-1.0", "livekitsrc"]
