/**
 * Drains a long computation and awaits `pause` at each of its steps, so that the process answers meanwhile.
 *
 * @param pause ends the computation by throwing
 */
export async function pausing(steps: Iterator<unknown>, pause: () => Promise<void>): Promise<void> {
  while (steps.next().done !== true) await pause();
}
