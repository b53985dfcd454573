import { messageOf, WeftError } from '#foundation';
import { z } from 'zod';
import type { Wheel } from './wheels.js';

/** What of PEP 691's answer matters here. */
const project = z.object({
  files: z.array(z.object({ filename: z.string(), url: z.string(), hashes: z.record(z.string(), z.string()) })),
});

interface OfferedFile {
  name: string;
  url: string;
  /** null: the index announces none. */
  sha256: string | null;
}

/**
 * Where a package index offers a wheel.
 *
 * @throws WeftError `download-failed`, `download-refused` (offered with another hash)
 */
export async function wheelAddress(index: string, wheel: Wheel): Promise<string> {
  const page = `${index.replace(/\/+$/, '')}/${wheel.requirement.split('==')[0]}/`;
  const files = await offeredFiles(page, wheel);
  const named = files.filter(({ name }) => name === wheel.file);
  const offered = files.find(({ sha256 }) => sha256 === wheel.sha256) ?? named.find(({ sha256 }) => sha256 === null);
  if (offered !== undefined) return withCredentialsOf(index, offered.url);
  const remedy = 'Check which package index PIP_INDEX_URL names; the original is on pypi.org.';
  if (named.length > 0)
    throw new WeftError(
      'download-refused',
      `The file offered as ${wheel.requirement} is not the one Weft was made with.`,
      { value: named[0]?.sha256, remedy },
    );
  throw new WeftError('download-failed', `The package index ${new URL(index).host} does not offer ${wheel.file}.`, {
    value: wheel.file,
    remedy,
  });
}

async function offeredFiles(page: string, wheel: Wheel): Promise<OfferedFile[]> {
  try {
    const response = await requestIndex(page, { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5' });
    if (response.status === 404) return [];
    const text = await response.text();
    return response.headers.get('content-type')?.includes('json') === true
      ? project.parse(JSON.parse(text)).files.map(({ filename, url, hashes }) => ({
          name: filename,
          url: new URL(url, page).href,
          sha256: hashes['sha256'] ?? null,
        }))
      : [...text.matchAll(/<a\s[^>]*href=["']([^"']+)["'][^>]*>/gi)].map(([, href = '']) => fileOfLink(href, page));
  } catch (error) {
    if (error instanceof WeftError) throw error;
    const { host } = new URL(page);
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new WeftError(
      'download-failed',
      `The package index ${host} does not answer (${wheel.requirement}): ${messageOf(cause)}.`,
      {
        cause: error,
        remedy:
          'Check the network, or set PIP_INDEX_URL to an index that this machine reaches; without any, set Weft up with --from (docs/setup.md).',
      },
    );
  }
}

function fileOfLink(href: string, page: string): OfferedFile {
  const url = new URL(href.replaceAll('&amp;', '&'), page);
  const sha256 = /^#sha256=([0-9a-f]{64})/.exec(url.hash)?.[1] ?? null;
  url.hash = '';
  return { name: decodeURIComponent(url.pathname.split('/').at(-1) ?? ''), url: url.href, sha256 };
}

/** The password of an index is meant for that server only. */
function withCredentialsOf(index: string, address: string): string {
  const { origin, username, password } = new URL(index);
  const url = new URL(address);
  if (url.origin === origin && url.username === '') Object.assign(url, { username, password });
  return url.href;
}

/**
 * Asks a package index; what an address says of user and password goes into a header, where `fetch` wants it.
 * Statuses other than success, 404 and 416 reject.
 */
export async function requestIndex(address: string, headers: Record<string, string>): Promise<Response> {
  const url = new URL(address);
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  Object.assign(url, { username: '', password: '' });
  const response = await fetch(url, {
    headers: {
      'accept-encoding': 'identity',
      ...headers,
      ...(login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
    },
  });
  if (response.ok || response.status === 404 || response.status === 416) return response;
  throw new Error(`status ${response.status} of ${url.host}`);
}
