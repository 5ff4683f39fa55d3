// A peer on LiveKit's client for browsers. It fetches its settings, and posts what happens as events in JSON.
'use strict';

const say = (event, fields = {}) => fetch('event', { method: 'POST', body: JSON.stringify({ event, ...fields }) });

// publish sends the browser's test camera, and tells when each layer has begun to be sent.
async function publish(room, { width, height, frameRate, codec }) {
  const track = await LivekitClient.createLocalVideoTrack({ resolution: { width, height, frameRate } });
  await room.localParticipant.publishTrack(track, {
    source: 'camera',
    simulcast: true,
    videoCodec: codec,
    backupCodec: false,
    degradationPreference: 'maintain-resolution',
    videoEncoding: { maxBitrate: 400_000, maxFramerate: frameRate },
    videoSimulcastLayers: [new LivekitClient.VideoPreset(width / 2, height / 2, 100_000, frameRate)],
  });
  say('published');
  const begun = new Set();
  setInterval(async () => {
    for (const report of (await track.sender.getStats()).values()) {
      const { type, rid, frameWidth, frameHeight, framesSent } = report;
      const name = `${rid} ${frameWidth}x${frameHeight}`;
      if (type === 'outbound-rtp' && framesSent > 0 && !begun.has(name)) {
        begun.add(name);
        say('sends', { rid, width: frameWidth, height: frameHeight });
      }
    }
  }, 200);
}

// show tells the colours of points, given in parts of the picture, of each picture that is shown.
function show(room, { points }) {
  room.on('trackSubscribed', (track) => {
    if (track.kind !== 'video') return;
    const video = track.attach();
    video.muted = true;
    document.body.append(video);
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const look = (_, { width, height }) => {
      canvas.width = width;
      canvas.height = height;
      context.drawImage(video, 0, 0, width, height);
      const colours = points.map(([x, y]) => [...context.getImageData(x * width, y * height, 1, 1).data.slice(0, 3)]);
      say('shows', { width, height, colours });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    video.play();
  });
}

(async () => {
  try {
    const settings = await (await fetch('settings')).json();
    const room = new LivekitClient.Room({ dynacast: false, adaptiveStream: false });
    if (settings.role === 'show') show(room, settings);
    await room.connect(settings.url, settings.token);
    say('connected');
    if (settings.role === 'publish') await publish(room, settings);
  } catch (error) {
    say('failed', { error: `${error}\n${error.stack}` });
  }
})();
