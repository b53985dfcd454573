import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { type ImageId, messageOf, WeftError } from '#foundation';
import { drawContactSheet, readImageFile, SHEET_FORMATS, type SheetCell } from '#imaging';
import type { Session } from './session.js';

/** A contact sheet that a command is to write. */
export interface SheetFile {
  /** Absolute path. */
  file: string;
  format: (typeof SHEET_FORMATS)[number];
}

/** @throws WeftError `sheet-format` when the file's ending names no format of a sheet */
export function sheetFileOf(path: string): SheetFile {
  const file = resolve(path);
  const ending = extname(file).slice(1).toLowerCase();
  const format = SHEET_FORMATS.find((known) => known === (ending === 'jpg' ? 'jpeg' : ending));
  if (format !== undefined) return { file, format };
  throw new WeftError('sheet-format', 'A sheet is a PNG, a JPEG or a WebP; the ending of the file says which.', {
    value: file,
    remedy: '--out FILE.webp',
  });
}

/** @throws WeftError `sheet-unwritable`, `fonts-missing` */
export async function writeSheet(
  { file, format }: SheetFile,
  title: string,
  rows: { query: SheetCell; results: SheetCell[] }[],
): Promise<void> {
  const sheet = await drawContactSheet({ title, rows, format });
  await writeFile(file, sheet).catch((error: unknown) => {
    throw new WeftError('sheet-unwritable', `The sheet cannot be written: ${messageOf(error)}`, {
      value: file,
      remedy: 'Name a file in a directory that you may write to: --out FILE',
    });
  });
}

/** A photo of the catalogue; null where its file is gone. */
export async function photoBytes({ artifacts, database }: Session, imageId: ImageId): Promise<Uint8Array | null> {
  const source = await database.catalog.imageSource(imageId);
  if (source === null) return null;
  return artifacts
    .photoFile(source, imageId)
    .then((file) => readImageFile(file))
    .catch(() => null);
}
