import { readdirSync, readFileSync } from 'node:fs';

const POLL_MS = 100;
const ROLES = ['worker', 'trainer', 'api', 'cli'] as const;
export type Role = (typeof ROLES)[number];

/** Watches all processes below this one and keeps the largest resident size (VmHWM) of each Weft program, in bytes. */
export class PeakMemory {
  private peaks = new Map<Role, number>();
  private readonly timer = setInterval(() => this.look(), POLL_MS);

  /** What was seen since the last call. */
  take(): Partial<Record<Role, number>> {
    this.look();
    const peaks = Object.fromEntries(this.peaks);
    this.peaks = new Map();
    return peaks;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const pid of descendants(process.pid)) {
      const role = roleOf(pid);
      const kb = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
      if (role !== null) this.peaks.set(role, Math.max(this.peaks.get(role) ?? 0, 1024 * Number(kb ?? 0)));
    }
  }
}

/** Processes below one. */
export function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(/PPid:\s+(\d+)/.exec(read(`/proc/${name}/status`))?.[1]));
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

/** The Weft program that a process runs. */
export function roleOf(pid: number): Role | null {
  return ROLES.find((name) => read(`/proc/${pid}/cmdline`).includes(`apps/${name}/main.js`)) ?? null;
}

/** A file of /proc, empty when the process has ended. */
export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
