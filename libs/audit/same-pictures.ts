import type { AuditedPhoto, Look } from './audited-catalogue.js';
import { DisjointSets } from './disjoint-sets.js';
import { pairsNearby } from './hamming.js';
import { type Labels, stylesNaming } from './labels.js';
import { hashesOf, largestDifference, SAME_COLOUR } from './looks.js';
import { pausing } from './pausing.js';
import type { PhotoSpace } from './photo-space.js';

/**
 * The hash of a picture with less detail than this is mostly noise. PDQ's own advice is 50 where the hash alone decides; here
 * colours and features must agree, too.
 */
const LEAST_DETAIL = 20;

/** Least cosine of two photos in the photo space that may be one exposure; recolours of studio photos stay above .8. */
const SAME_SHAPE = 0.75;

/** How photos resemble one another as pictures. */
export interface SamePictures {
  /** Photos that are the same picture in other bytes: scaled, recompressed, another format. Rows, two and more a group. */
  copies: number[][];
  /** Pairs across styles with the same shapes in other colours: one exposure, recoloured. */
  recolours: [number, number][];
}

/**
 * Finds copies and recolours among photos: near by perceptual hash and near in the photo space, told apart by their colour
 * grids. Photos without a look, and ones with too little detail, are in neither.
 *
 * @param pause awaited now and then
 */
export async function findSamePictures(
  photos: readonly AuditedPhoto[],
  labels: Labels,
  space: PhotoSpace,
  pause: () => Promise<void>,
): Promise<SamePictures> {
  const sets = new DisjointSets(photos.length);
  const recolours: [number, number][] = [];
  const compare = (a: number, b: number) => {
    if (!space.areNear(a, b, SAME_SHAPE)) return;
    const isInside = shareStyle(labels, a, b);
    const most = isInside ? SAME_COLOUR.insideStyle : SAME_COLOUR.acrossStyles;
    if (largestDifference(lookAt(photos, a), lookAt(photos, b), most) <= most) sets.join(a, b);
    else if (!isInside) recolours.push([a, b]);
  };
  const distinct = byHash(photos);
  for (const { leaders, followers } of distinct) {
    followers.forEach(([follower, leader]) => sets.join(follower, leader));
    leaders.forEach((a, at) => leaders.slice(at + 1).forEach((b) => compare(a, b)));
  }
  const hashes = hashesOf(distinct.map(({ leaders: [first = 0] }) => photos[first] as AuditedPhoto));
  const nearby = pairsNearby(hashes, (a, b) => {
    for (const one of distinct[a]?.leaders ?? []) for (const other of distinct[b]?.leaders ?? []) compare(one, other);
  });
  await pausing(nearby, pause);
  return { copies: sets.groups(), recolours };
}

interface EqualHashes {
  /** Photos with this hash that differ in colour. */
  leaders: number[];
  /** Each with the leader whose picture it is. */
  followers: [number, number][];
}

/** Photos by hash. A placeholder in ten thousand files would otherwise make fifty million pairs. */
function byHash(photos: readonly AuditedPhoto[]): EqualHashes[] {
  const groups = new Map<string, EqualHashes>();
  const { insideStyle } = SAME_COLOUR;
  photos.forEach(({ look }, row) => {
    if (look === null || look.detail < LEAST_DETAIL) return;
    const key = Buffer.from(look.hash).toString('latin1');
    const group = groups.get(key) ?? { leaders: [], followers: [] };
    groups.set(key, group);
    const isCopy = (other: number) => largestDifference(lookAt(photos, other), look, insideStyle) <= insideStyle;
    const leader = group.leaders.find(isCopy);
    if (leader === undefined) group.leaders.push(row);
    else group.followers.push([row, leader]);
  });
  return [...groups.values()];
}

function lookAt(photos: readonly AuditedPhoto[], row: number): Look {
  return photos[row]?.look as Look;
}

function shareStyle(labels: Labels, a: number, b: number): boolean {
  const ofA = stylesNaming(labels, [a]);
  return stylesNaming(labels, [b]).some((style) => ofA.includes(style));
}
