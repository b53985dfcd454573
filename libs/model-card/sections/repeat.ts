import { availableParallelism, cpus, release, type as system } from 'node:os';
import type { ModelManifest } from '#embedder';
import { imagingVersions } from '#imaging';
import { html, type Section } from '#report';
import type { CardFacts } from '../card-facts.js';
import { trainingOptions } from '../settings-words.js';

/** How to get the same model again, and what it was made with. */
export function repeatSection({ manifest, metrics, feed, isSameCatalogue }: CardFacts): Section {
  const { compute, seconds } = metrics;
  const { sharp, libvips } = imagingVersions();
  const total = Object.values(seconds).reduce((sum, lap) => sum + lap, 0);
  return {
    id: 'repeat',
    title: 'Repeating the run',
    body: html`
      <p>
        In this installation, on the same kind of machine, this gives the same heads to the bit: snapshot and settings
        decide the second half of the version, ${manifest.version.split('-').at(-1)}. Elsewhere the splits are others,
        because every installation draws its own; a backup of this one brings them along.
      </p>
      <pre tabindex="0"><code>${commands(manifest, feed)}</code></pre>
      ${
        !isSameCatalogue &&
        html`<p class="note">
          The catalogue is no longer that of this training. Import the feed as it was then, or restore a backup, before.
        </p>`
      }
      <h3>Settings</h3>
      <dl>
        ${trainingOptions(manifest.settings).map(
          ([option, value]) =>
            html`<dt>${option.slice(2)}</dt>
              <dd><code>${value}</code></dd>`,
        )}
        <dt>preprocessing</dt>
        <dd>${manifest.preprocessing}</dd>
      </dl>
      <h3>Environment</h3>
      <dl>
        <dt>TensorFlow</dt>
        <dd>${compute.tensorflow ?? 'none'}, through TensorFlow.js ${compute.tfjs}</dd>
        <dt>Device</dt>
        <dd>
          ${compute.device}, ${compute.threads} ${compute.threads === 1 ? 'thread' : 'threads'}
          ${compute.insteadBecause !== null && `(${compute.insteadBecause})`}
        </dd>
        <dt>Seconds</dt>
        <dd>
          ${Object.entries(seconds)
            .map(([stage, lap]) => `${stage} ${lap.toFixed(1)}`)
            .join(', ')};
          ${total.toFixed(1)} in all
        </dd>
        <dt>This page</dt>
        <dd>
          Node ${process.version}, sharp ${sharp}, libvips ${libvips}, ${system()} ${release()},
          ${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'processor not known'}
        </dd>
      </dl>
    `,
  };
}

function commands({ version, settings }: ModelManifest, feed: string | null): string {
  const options = trainingOptions(settings).map(([option, value]) => `${option} ${quoted(value)}`);
  return [
    `weft import ${feed === null ? 'FEED' : quoted(feed)}`,
    ['weft train', ...options].join(' \\\n  '),
    `weft evaluate --model ${version} --sweep`,
    `weft card ${version}`,
  ].join('\n');
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
