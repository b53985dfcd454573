import { canonicalPicture } from './canonical.js';
import { type DecoderReply, type DecoderRequest, decoderRequestSchema } from './decoder-messages.js';
import { fittedPicture } from './fitted.js';
import { ImageRejected } from './image-rejected.js';

// The only process that shows a shop's photos to libvips. It knows no secret, and whoever asks outlives it: what goes
// wrong here beyond a photo that is refused ends the process, and the parent starts another.

if (process.send === undefined) throw new Error('decoder-process.js is started by Weft, over a channel.');
const reply = (message: DecoderReply): void => void process.send?.(message);

// Not process.exit: that would wait for a thread that hangs in a hostile file.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function answer(request: DecoderRequest): Promise<DecoderReply> {
  try {
    const picture = request.task === 'canonical' ? canonicalPicture(request) : fittedPicture(request);
    return { type: 'decoded', picture: await picture };
  } catch (error) {
    if (!(error instanceof ImageRejected)) throw error;
    const { code, message, value } = error;
    const said = typeof value === 'string' || typeof value === 'number' ? { value } : {};
    return { type: 'rejected', code: code as Rejected['code'], message: message.slice(0, 2000), ...said };
  }
}
type Rejected = Extract<DecoderReply, { type: 'rejected' }>;

process.on('message', (message: unknown) => void answer(decoderRequestSchema.parse(message)).then(reply));
reply({ type: 'ready' });
