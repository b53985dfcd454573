import { Artifacts } from '#artifacts';
import {
  helpWithPhotos,
  type PhotoBatchStore,
  type PhotoReader,
  type PhotoReading,
  type PhotoTimings,
  SharedPhotoReader,
} from '#catalog';
import { type ImageId, type JobId, sha256 } from '#foundation';
import { JOB_INPUTS } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';

const EXTRACTOR = '0123456789abcdef';

/** Features on a disk that several processes share; each knows what it has looked at. */
class Disk {
  readonly photos = new Set<ImageId>();
}

/** The cache and the reader of one process: files whose name begins with `bad` hold no photo. */
class Process implements PhotoReader {
  readonly timings: PhotoTimings = { decode: 0, features: 0, decoded: 0, extracted: 0, byOthers: 0 };
  readonly extractorId = EXTRACTOR;
  readonly read_: string[] = [];
  private readonly known = new Set<ImageId>();
  /** Called before each batch. */
  before: () => Promise<void> = async () => undefined;
  /** What this process does not see. */
  missing: (source: string) => boolean = () => false;

  constructor(private readonly disk: Disk) {}

  has = (id: ImageId) => this.known.has(id);
  knows = this.has;
  refresh = async () => this.disk.photos.forEach((id) => this.known.add(id));

  async read(sources: string[]): Promise<Map<string, PhotoReading>> {
    await this.before();
    this.read_.push(...sources);
    return new Map(
      sources.map((source): [string, PhotoReading] => {
        if (source.startsWith('bad') || this.missing(source)) {
          return [source, { rejected: { code: 'image-missing', message: `No ${source}.` } }];
        }
        const imageId = sha256(source) as ImageId;
        this.timings.decoded += 1;
        if (!this.known.has(imageId)) this.timings.extracted += 1;
        this.known.add(imageId);
        this.disk.photos.add(imageId);
        const look = {
          hash: Uint8Array.from(Buffer.from(imageId, 'hex')),
          grid: new Uint8Array(588).fill(7),
          detail: 5,
        };
        return [source, { ok: { imageId, width: 3, height: 4, look } }];
      }),
    );
  }
}

describe('photos that several workers read', () => {
  let place: TestDatabase;
  let database: Database;
  let elsewhere: Database;
  let job: JobId;
  let stopping: AbortController;
  const helping: Promise<void>[] = [];

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    elsewhere = await openDatabase(place.connection);
  });
  beforeEach(async () => {
    job = await running();
    stopping = new AbortController();
  });
  afterEach(async () => {
    stopping.abort();
    await Promise.all(helping.splice(0));
    expect(await batches()).toEqual([]);
  });
  afterAll(async () => {
    await elsewhere.close();
    await database.close();
    await place.drop();
  });

  async function running(): Promise<JobId> {
    const { id } = await database.jobs.create('import', JOB_INPUTS.import.parse({ feed: '/feed.csv' }), {
      requestedBy: 'a test',
    });
    await database.jobs.markRunning(id);
    return id;
  }
  const batches = () => queryOnce(place.connection, 'SELECT job_id, outcome FROM photo_batch ORDER BY id');
  const sharedReader = (own: Process, store: PhotoBatchStore = database.photoBatches) =>
    new SharedPhotoReader(own, own, store, job, new Artifacts('/home/one', null));
  /** Another worker. */
  function help(reader: Process | null): unknown[] {
    const troubles: unknown[] = [];
    const trouble = (error: unknown) => troubles.push(error);
    const readerOf = async () => reader;
    const artifacts = new Artifacts('/home/other', null);
    helping.push(helpWithPhotos({ batches: elsewhere.photoBatches, artifacts, readerOf, trouble }, stopping.signal));
    return troubles;
  }
  const named = (count: number) => Array.from({ length: count }, (_, i) => `${i % 10 === 3 ? 'bad' : 'photo'} ${i}`);

  it('are what one worker reads, each photo once, with the looks of every one', async () => {
    const disk = new Disk();
    const alone = await new Process(new Disk()).read(named(400));
    const [own, helper] = [new Process(disk), new Process(disk)];
    // This process waits until the other one has read something.
    let first = () => undefined as void;
    const begun = new Promise<void>((resolve) => (first = resolve));
    helper.before = async () => first();
    own.before = () => begun;
    help(helper);
    const shared = sharedReader(own);
    const done: number[] = [];
    const readings = await shared.read(named(400), null, (count) => done.push(count));
    expect(readings).toEqual(alone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(helper.read_.length).toBeGreaterThan(0);
    // What is wrong with a photo is said by the worker whose job it is.
    const goods = (read: string[]) => read.filter((name) => !name.startsWith('bad'));
    expect(goods([...own.read_, ...helper.read_]).sort()).toEqual(goods(named(400)).sort());
    expect(new Set(own.read_.filter((name) => name.startsWith('bad'))).size).toBe(40);
    expect(shared.timings).toMatchObject({ decoded: 360, extracted: 360 });
    expect(shared.timings.byOthers).toBe(helper.timings.decoded);
    expect(helper.timings.decoded).toBeGreaterThan(0);
  });

  it('are the same whatever the others see, have or do', async () => {
    const trouble = fc.constantFrom('none', 'missing', 'other cache', 'throws', 'no extractor', 'no helper');
    await fc.assert(
      fc.asyncProperty(trouble, fc.integer({ min: 0, max: 300 }), async (what, count) => {
        const disk = new Disk();
        const own = new Process(disk);
        const helper = new Process(what === 'other cache' ? new Disk() : disk);
        helper.missing = (source) => what === 'missing' && source.endsWith('7');
        helper.before = async () => {
          if (what === 'throws') throw new Error('The disk is full.');
        };
        stopping = new AbortController();
        if (what !== 'no helper') help(what === 'no extractor' ? null : helper);
        expect(await sharedReader(own).read(named(count), null)).toEqual(
          await new Process(new Disk()).read(named(count)),
        );
        stopping.abort();
        await Promise.all(helping.splice(0));
      }),
      { numRuns: 8, seed: 7 },
    );
  });

  it('are read by whoever is left when a reader dies', async () => {
    const { socketDir, user, database: name } = place.connection;
    const dying = new Client({ host: socketDir, user, database: name });
    await dying.connect();
    const own = new Process(new Disk());
    own.before = async () => {
      own.before = async () => undefined;
      // While the first batch is read here another worker takes the second, and dies some time later.
      await dying.query('BEGIN');
      const { rowCount } = await dying.query(
        'SELECT FROM photo_batch WHERE outcome IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED',
      );
      expect(rowCount).toBe(1);
    };
    let isDead = false;
    const readings = await sharedReader(own).read(named(200), null, () => {
      if (isDead || own.read_.length < 136) return;
      isDead = true;
      void dying.end();
    });
    expect([isDead, readings.size, own.read_.length]).toEqual([true, 200, 200]);
  });

  it('are forgotten when the job ends, and not kept from others by what was left', async () => {
    const own = new Process(new Disk());
    const stop = new Error('The job was cancelled.');
    const reading = sharedReader(own).read(named(300), null, (done) => {
      if (done > 0) throw stop;
    });
    await expect(reading).rejects.toBe(stop);
    expect(await batches()).toEqual([]);

    // As a killed worker leaves it.
    await database.photoBatches.post(job, [{ extractorId: EXTRACTOR, root: null, files: named(3) }]);
    await queryOnce(place.connection, `UPDATE job_run SET state = 'queued' WHERE id = '${job}'`);
    const other = await running();
    const artifacts = new Artifacts('/home/one', null);
    await new SharedPhotoReader(own, own, elsewhere.photoBatches, other, artifacts).read(named(100), null);
    expect(await batches()).toEqual([]);
  });
});
