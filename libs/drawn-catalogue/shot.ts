import type { Random } from '#foundation';
import { BACKDROPS } from './backdrop.js';
import type { Stage } from './stage.js';

/** How one photo is taken: everything about it that is not the garment. */
export interface Shot {
  /** Index into the studio's corners. */
  backdrop: number;
  /** What holds the garment where the backdrop is a wall. */
  stage: Stage;
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
  /** Whether the sun draws a window on the scene. */
  window: boolean;
}

function light(random: Random): Light {
  return {
    angle: random.between(0, 360),
    depth: random.between(0.03, 0.2),
    warmth: random.between(-0.1, 0.1),
    window: random.next() < 0.15,
  };
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

/** How the garment lies in the main view: about the same for all colours of a style. */
export type Pose = Pick<Shot, 'rotation' | 'scale' | 'dx' | 'dy'>;

/** The pose of a style's main views. */
export function mainPose(random: Random): Pose {
  return {
    rotation: random.between(-4, 4),
    scale: random.between(0.86, 1.02),
    dx: random.between(-12, 12),
    dy: random.between(-6, 10),
  };
}

/** The main view of one colour: nearly the style's pose, on the stage, in the corner and in the light of that day. */
export function mainShot(pose: Pose, stages: readonly Stage[], backdrop: number, random: Random): Shot {
  return {
    stage: random.pick(stages),
    side: 'front',
    // The camera is set up anew in each corner.
    rotation: pose.rotation + random.between(-8, 8),
    scale: pose.scale * random.between(0.88, 1.12),
    dx: pose.dx + random.between(-18, 18),
    dy: pose.dy + random.between(-10, 10),
    mirrored: random.next() < 0.3,
    turn: random.next() < 0.3 ? random.between(0.82, 0.96) : 1,
    backdrop,
    light: light(random),
  };
}

/** Another view of a product: from the back, a detail, or turned, on another day in another corner. */
export function furtherShot(stages: readonly Stage[], backdrop: number, random: Random): Shot {
  const view = random.pick(['back', 'detail', 'close', 'turned', 'turned'] as const);
  const crop = { detail: [1.75, 2.2], close: [1.35, 1.65], back: [0.94, 1.16], turned: [0.94, 1.16] }[view];
  const [low = 1, high = 1] = crop;
  return {
    backdrop,
    stage: random.pick(stages),
    side: view === 'back' ? 'back' : 'front',
    rotation: random.between(-12, 12),
    scale: random.between(low, high),
    dx: random.between(-26, 26),
    // A detail is mostly of the collar, where garments differ.
    dy: view === 'detail' ? random.between(30, 130) : random.between(-18, 22),
    mirrored: random.next() < 0.5,
    turn: view === 'turned' ? random.between(0.76, 0.92) : 1,
    light: light(random),
  };
}
