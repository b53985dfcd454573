import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#foundation';
import { featureRequestSchema, threadSettingsSchema, type FeatureReply } from './feature-messages.js';
import { roundToHalf } from './half-float.js';
import { openSession, runSession } from './onnx-session.js';

const port = parentPort;
if (port === null) throw new Error('feature-thread.js is a worker thread, not a program.');

const { graphPath, side } = threadSettingsSchema.parse(workerData);
const session = await openSession(graphPath);

const reply = (message: FeatureReply, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

async function extract(photos: number, pixels: Uint8Array): Promise<Float32Array<ArrayBuffer>> {
  const shape = [photos, side, side, 3];
  // A copy in memory of our own, which can be transferred: ONNX Runtime keeps hold of its output.
  return new Float32Array(await runSession(session, { values: pixels, shape }));
}

port.on('message', (message: unknown) => {
  const request = featureRequestSchema.parse(message);
  if (request.type === 'close') {
    // Without listeners the thread runs out of work and ends by itself, after ONNX Runtime has let go.
    void session.release().finally(() => port.close());
    return;
  }
  extract(request.photos, request.pixels)
    .then((features) => {
      roundToHalf(features);
      reply({ type: 'features', features }, [features.buffer]);
    })
    .catch((error: unknown) => reply({ type: 'failed', message: messageOf(error) }));
});

reply({ type: 'ready' });
