import { descendants, read, type Role, roleOf } from '../scale/peak-memory.js';

const POLL_MS = 1_000;

/** Watches all processes below this one, and how large those of each Weft program are over time. */
export class MemoryCourse {
  private samples: Map<Role, number>[] = [];
  private readonly timer = setInterval(() => this.look(), POLL_MS);

  /** The largest resident size in each of so many equal parts of the time since the last call, in bytes; processes of a program add up. */
  take(parts: number): Map<Role, number[]> {
    this.look();
    const roles = new Set(this.samples.flatMap((sample) => [...sample.keys()]));
    const course = new Map<Role, number[]>();
    for (const role of roles) {
      const peaks = Array<number>(parts).fill(0);
      this.samples.forEach((sample, at) => {
        const part = Math.floor((at * parts) / this.samples.length);
        peaks[part] = Math.max(peaks[part] ?? 0, sample.get(role) ?? 0);
      });
      course.set(role, peaks);
    }
    this.samples = [];
    return course;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const sample = new Map<Role, number>();
    for (const pid of descendants(process.pid)) {
      const role = roleOf(pid);
      const kb = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
      if (role !== null) sample.set(role, (sample.get(role) ?? 0) + 1024 * Number(kb ?? 0));
    }
    this.samples.push(sample);
  }
}
