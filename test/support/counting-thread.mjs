// A thread for tests of the pool: answers with its thread id, or fails in the ways that threads fail.
import { parentPort, threadId, workerData } from 'node:worker_threads';

if (workerData.failure === 'throws') throw new Error('no such graph');
if (workerData.failure !== 'exits') {
  parentPort.on('message', (message) => {
    if (message === 'close') parentPort.close();
    else if (message === 'throw') throw new Error('out of luck');
    else if (message === 'exit') process.exit();
    else if (message === 'bytes') parentPort.postMessage('bytes');
    else setTimeout(() => parentPort.postMessage(`${message} from ${threadId}`), 5);
  });
  parentPort.postMessage('ready');
}
