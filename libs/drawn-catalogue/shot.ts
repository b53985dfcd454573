import type { Random } from '#foundation';
import { BACKDROPS } from './backdrop.js';

/** How one photo is taken: everything about it that is not the garment. */
export interface Shot {
  /** Index into the studio's corners. */
  backdrop: number;
  side: 'front' | 'back';
  /** Degrees. */
  rotation: number;
  /** Size of the garment on the board; above about 1.3 the photo crops in. */
  scale: number;
  /** Offset of the garment's middle. Board units. */
  dx: number;
  dy: number;
  mirrored: boolean;
  /** Horizontal squeeze of a garment that is turned away a little. */
  turn: number;
  light: Light;
}

/** Lamps differ from day to day. */
export interface Light {
  /** Direction of the shadow, degrees. */
  angle: number;
  /** Opacity of the shaded side. */
  depth: number;
  /** Below 0 cool, above 0 warm. */
  warmth: number;
}

function light(random: Random): Light {
  return { angle: random.between(0, 360), depth: random.between(0.04, 0.18), warmth: random.between(-0.05, 0.05) };
}

/**
 * Hands out the studio's corners to the photos of one style, each once before any comes again: colours and views are
 * photographed on different days, so what looks alike at first sight is mostly another style in the same corner.
 */
export function cornerPlan(random: Random): () => number {
  const corners = random.shuffled([...BACKDROPS.keys()]);
  let taken = 0;
  return () => corners[taken++ % corners.length] ?? 0;
}

/** How the garment lies in the main view: the same for all colours of a style, since catalogues recolour one exposure. */
export type Pose = Pick<Shot, 'side' | 'rotation' | 'scale' | 'dx' | 'dy' | 'mirrored' | 'turn'>;

/** The pose of a style's main views. */
export function mainPose(random: Random): Pose {
  return {
    side: 'front',
    rotation: random.between(-4, 4),
    scale: random.between(0.82, 0.96),
    dx: random.between(-12, 12),
    dy: random.between(-8, 12),
    mirrored: false,
    turn: 1,
  };
}

/** The main view of one colour: the style's pose, in the corner and the light of that day. */
export function mainShot(pose: Pose, backdrop: number, random: Random): Shot {
  return {
    ...pose,
    // The camera is set up anew in each corner.
    rotation: pose.rotation + random.between(-4, 4),
    scale: pose.scale * random.between(0.93, 1.07),
    dx: pose.dx + random.between(-12, 12),
    dy: pose.dy + random.between(-10, 10),
    backdrop,
    light: light(random),
  };
}

/** Another view of a product: from the back, close up, or on another day in another corner. */
export function furtherShot(backdrop: number, random: Random): Shot {
  const view = random.pick(['back', 'close', 'turned', 'turned'] as const);
  const isClose = view === 'close';
  return {
    backdrop,
    side: view === 'back' ? 'back' : 'front',
    rotation: random.between(-14, 14),
    scale: isClose ? random.between(1.35, 1.7) : random.between(0.7, 1),
    dx: random.between(-34, 34),
    dy: random.between(-22, 26),
    mirrored: random.next() < 0.5,
    turn: isClose ? 1 : random.between(0.8, 1),
    light: light(random),
  };
}
