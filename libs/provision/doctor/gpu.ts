import { existsSync, readFileSync, readdirSync, statSync, writeFileSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WeftConfig } from '#config';
import { type Device, sha256 } from '#foundation';
import { z } from 'zod';
import { addonLink } from '../tensorflow-addon.js';
import { type Finding, ok, problem, unverified } from './finding.js';
import { runSelfTest, type SelfTestOutcome } from './training.js';

const TEST = 'npm run -s weft -- doctor --gpu';
const DRIVER = '/proc/driver/nvidia/version';

const recordSchema = z.object({
  fingerprint: z.string(),
  testedAt: z.iso.datetime(),
  errors: z.record(z.string(), z.number().nullable()),
});

export interface GpuFacts {
  asked: Device;
  /** Version of NVIDIA's kernel module; null: none is loaded. */
  driver: string | null;
  /** Whether the GPU passed its test with this very driver and these libraries; null: it was never tested. */
  record: { isCurrent: boolean; testedAt: string } | null;
}

export function lookAtGpu(config: WeftConfig): Finding {
  const record = readRecord(config);
  return judgeGpu({
    asked: config.device,
    driver: driverVersion(),
    record: record && { testedAt: record.testedAt, isCurrent: record.fingerprint === fingerprint() },
  });
}

export function judgeGpu({ asked, driver, record }: GpuFacts): Finding {
  const value = { driver, testedAt: record?.testedAt ?? null };
  if (driver === null) {
    const sentence = 'No NVIDIA driver is loaded on this machine.';
    if (asked !== 'gpu') return ok('gpu', `${sentence} Training needs none.`, value);
    return problem('gpu', sentence, 'Install the NVIDIA driver, or set WEFT_DEVICE=auto.', value);
  }
  if (record?.isCurrent === true) {
    return ok(
      'gpu',
      `The GPU calculated rightly on ${record.testedAt}, with this driver (${driver}) and these libraries.`,
      value,
    );
  }
  const why =
    record === null ? 'the GPU has not been tested' : 'the driver or the libraries have changed since its test';
  return unverified('gpu', `NVIDIA driver ${driver}; ${why}.`, TEST, value);
}

/**
 * Has TensorFlow calculate on the GPU and keeps under WEFT_HOME that it did so rightly, until the driver or the libraries
 * change.
 *
 * @param test takes the test
 */
export async function testGpu(
  config: WeftConfig,
  now: Date,
  test: () => Promise<SelfTestOutcome> = () => runSelfTest('gpu', true),
): Promise<Finding> {
  if (driverVersion() === null) return judgeGpu({ asked: 'gpu', driver: null, record: null });
  return judgeGpuTest(
    await test(),
    driverVersion(),
    (errors) => {
      mkdirSync(config.home, { recursive: true });
      const record = { fingerprint: fingerprint(), testedAt: now.toISOString(), errors };
      writeFileSync(recordPath(config), `${JSON.stringify(record)}\n`);
    },
    now,
  );
}

/** @param keep told the errors of a test that was passed */
export function judgeGpuTest(
  outcome: SelfTestOutcome,
  driver: string | null,
  keep: (errors: Record<string, number | null>) => void,
  now: Date,
): Finding {
  const GPU_SETUP = 'npm run -s weft -- setup --gpu, then: npm run -s weft -- doctor --gpu';
  if ('failure' in outcome) return problem('gpu', `The GPU's test failed: ${outcome.failure}`, GPU_SETUP);
  const { figures } = outcome;
  if (figures.device !== 'gpu') {
    return problem('gpu', `TensorFlow computed on the ${figures.device}, not on the GPU.`, GPU_SETUP, figures);
  }
  if (!figures.passed) {
    const sentence = 'The GPU calculates wrongly: its results differ from plain sums.';
    return problem('gpu', sentence, 'Update the NVIDIA driver, or set WEFT_DEVICE=cpu.', figures);
  }
  keep(figures.errors);
  return ok('gpu', `The GPU calculated rightly on ${now.toISOString()}, with driver ${driver}.`, figures);
}

function driverVersion(): string | null {
  if (!existsSync(DRIVER)) return null;
  return /Module\s+(?:for\s+\S+\s+)?(\d\S*)/.exec(readFileSync(DRIVER, 'utf8'))?.[1] ?? 'unknown';
}

/** Changes with the driver, with the addon, and with any library that lies beside TensorFlow's. */
function fingerprint(): string {
  const parts = [existsSync(DRIVER) ? readFileSync(DRIVER, 'utf8') : 'no driver'];
  if (existsSync(addonLink())) {
    const addon = realpathSync(addonLink());
    parts.push(addon, ...librariesOf(dirname(dirname(addon))));
  }
  return sha256(parts.join('\0'));
}

/** Names and sizes of the shared libraries in the cache: a part's directory is named by the hash of what it was made of. */
function librariesOf(cache: string): string[] {
  return readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.so(\.[\d.]+)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /tensorflow|nvidia/.test(path))
    .map((path) => `${path} ${statSync(path).size}`)
    .sort();
}

function recordPath({ home }: WeftConfig): string {
  return join(home, 'gpu-self-test.json');
}

function readRecord(config: WeftConfig): z.infer<typeof recordSchema> | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordPath(config), 'utf8')));
  } catch {
    // Absent, or not ours: either way nobody has seen this GPU calculate.
    return null;
  }
}
