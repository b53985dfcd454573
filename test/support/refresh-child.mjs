// A process that a test can kill while it brings generations up to date. Its models make the same of every photo.
import { GenerationService } from '#generations';
import { openDatabase } from '#persistence';

const database = await openDatabase(JSON.parse(process.argv[2]));
const embedding = new Float32Array(128);
embedding[0] = embedding[96] = 1;
const open = async () => ({
  features: async (imageIds) => ({ features: new Float32Array(imageIds.length), missing: [] }),
  embed: async (features) => Float32Array.from([...features].flatMap(() => [...embedding])),
  close: async () => undefined,
});
await new GenerationService(database.generations).refresh(open, () => undefined);
process.send('done');
