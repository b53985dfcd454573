import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fetchedPhotoFile, type ImageId, type ModelVersion, photoDirectory, sha256 } from '#foundation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../test/support/memory-store.js';
import { makeStore } from '../../test/support/store-directory.js';
import { Artifacts } from './artifacts.js';
import { DirectoryStore } from './directory-store.js';

const BYTES = Buffer.from('the bytes of a photo');
const PHOTO = sha256(BYTES) as ImageId;
const VERSION = '20261124-093000-1a2b3c4d' as ModelVersion;

describe('the artifacts of two homes with one store', () => {
  let place: string;
  let one: Artifacts;
  let two: Artifacts;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'weft-artifacts-'));
    for (const name of ['one', 'two']) mkdirSync(join(place, name));
    const store = new DirectoryStore(makeStore(join(place, 'store')));
    one = new Artifacts(join(place, 'one'), store);
    two = new Artifacts(join(place, 'two'), store);
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  const photoIn = ({ home }: Artifacts) => fetchedPhotoFile(photoDirectory(home), PHOTO);
  const inStore = (key: string) => join(place, 'store', key);
  const filesIn = (directory: string) =>
    readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

  function write(path: string, bytes: string | Buffer): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  }

  async function sharePhoto(): Promise<void> {
    await one.share(write(photoIn(one), BYTES), photoIn(one));
  }

  it('are brought where they are missing, once', async () => {
    await sharePhoto();
    expect(await two.photoFile('https://shop.example/photo', PHOTO)).toBe(photoIn(two));
    expect(readFileSync(photoIn(two))).toEqual(BYTES);
    rmSync(inStore('photos'), { recursive: true });
    expect(await two.photoFile('https://shop.example/photo', PHOTO)).toBe(photoIn(two));
  });

  it('are not asked for where they are no part of a home, or not there', async () => {
    expect(await two.photoFile('/feeds/photo.jpg', PHOTO)).toBe('/feeds/photo.jpg');
    await two.bring(join(place, PHOTO));
    await two.bring(photoIn(two));
    expect(filesIn(two.home)).toEqual([]);
  });

  it('that are damaged in the store are refused by their key, and leave nothing behind', async () => {
    await sharePhoto();
    writeFileSync(inStore(`photos/${PHOTO.slice(0, 2)}/${PHOTO}`), 'other bytes');
    const key = `photos/${PHOTO.slice(0, 2)}/${PHOTO}`;
    await expect(two.bring(photoIn(two))).rejects.toMatchObject({ code: 'artifact-damaged', value: key });
    expect(await two.bringAll(photoDirectory(two.home))).toMatchObject([{ key }]);
    expect(filesIn(two.home)).toEqual([]);
  });

  it('appear as whole directories: with their last file, verified, or not at all', async () => {
    const model = { version: VERSION };
    const own = one.modelPath(model);
    for (const name of ['manifest.json', 'heads.onnx']) write(join(own, name), name);
    const verify = async (directory: string) => {
      if (readFileSync(join(directory, 'heads.onnx'), 'utf8') !== 'heads.onnx') throw new Error('heads are not whole');
    };
    const bring = () => two.bringDirectory(two.modelPath(model), 'manifest.json', verify);

    await one.share(join(own, 'heads.onnx'), join(own, 'heads.onnx'));
    await bring();
    expect(existsSync(two.modelPath(model))).toBe(false);

    await one.shareDirectory(own, own, 'manifest.json');
    writeFileSync(inStore(`models/${VERSION}/heads.onnx`), 'cut');
    await expect(bring()).rejects.toMatchObject({ code: 'artifact-damaged', value: `models/${VERSION}` });
    expect(filesIn(two.home)).toEqual([]);

    await one.shareDirectory(own, own, 'manifest.json');
    await Promise.all([bring(), bring()]);
    expect(readdirSync(two.modelPath(model)).sort()).toEqual(['heads.onnx', 'manifest.json']);
    expect(readdirSync(dirname(two.modelPath(model)))).toEqual([VERSION]);
  });

  it('are the files that the store has, not what else an object can be called', async () => {
    const manifest = `models/${VERSION}/manifest.json`;
    const odd = ['models/', 'models/../manifest.json', 'models/..', 'models//a', 'models/./a', `models/${VERSION}/`];
    const objects = Object.fromEntries([manifest, ...odd].map((key) => [key, 'bytes']));
    const artifacts = new Artifacts(two.home, new MemoryStore(objects));
    const models = join(two.home, 'models');
    expect(await artifacts.namesIn(models)).toEqual([VERSION]);
    await artifacts.bringDirectory(join(models, VERSION), 'manifest.json', async () => undefined);
    expect(filesIn(two.home).map(({ name }) => name)).toEqual(['manifest.json']);
  });

  it('count as a directory when their last file is there', async () => {
    const store = new MemoryStore({
      'models/whole/a': '',
      'models/whole/last': '',
      'models/half/a': '',
      'models/last': '',
    });
    const artifacts = new Artifacts(two.home, store);
    expect(await artifacts.namesIn(join(two.home, 'models'))).toEqual(['whole', 'half', 'last']);
    expect(await artifacts.namesIn(join(two.home, 'models'), 'last')).toEqual(['whole']);
  });

  it('are forgotten by the store and left in the homes', async () => {
    await sharePhoto();
    await two.bring(photoIn(two));
    await two.forget(photoIn(two));
    expect(filesIn(inStore('photos'))).toEqual([]);
    expect(existsSync(photoIn(two))).toBe(true);
  });

  it('are not missing because the store is not mounted', async () => {
    await sharePhoto();
    rmSync(inStore('weft-store'));
    const unreachable = { code: 'artifacts-unreachable' };
    await expect(two.bring(photoIn(two))).rejects.toMatchObject(unreachable);
    await expect(two.storedBytes(photoIn(one))).rejects.toMatchObject(unreachable);
    await expect(two.namesIn(photoDirectory(two.home))).rejects.toMatchObject(unreachable);
  });

  it('are known by the same names on every machine', async () => {
    expect(two.fileNamed(one.nameOf(photoIn(one)))).toBe(photoIn(two));
    expect(two.fileNamed(one.nameOf('/feeds/photo.jpg'))).toBe('/feeds/photo.jpg');
  });

  it('are what the home holds where there is no store', async () => {
    const alone = new Artifacts(join(place, 'one'), null);
    await alone.share(write(photoIn(alone), BYTES), photoIn(alone));
    await alone.bring(photoIn(two));
    expect(readdirSync(join(place, 'store'))).toEqual(['weft-store']);
    expect(alone.modelPath({ version: VERSION })).toBe(join(alone.home, 'models', VERSION));
    expect(await alone.storedBytes(photoIn(alone))).toBeNull();
    expect((await alone.newest(photoIn(alone)))?.length).toBe(BYTES.length);
  });

  it('are missing where there is no such file, not where one cannot be read', async () => {
    const alone = new Artifacts(join(place, 'one'), null);
    expect(await alone.newest(join(alone.home, 'card.html'))).toBeNull();
    mkdirSync(join(alone.home, 'card.html'));
    await expect(alone.newest(join(alone.home, 'card.html'))).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
