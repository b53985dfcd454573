import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openArtifacts } from '#artifacts';
import {
  addBackbone,
  BACKBONE_LIMITS,
  type BackboneAtHand,
  Backbones,
  parseBackboneName,
  parseBackboneSettings,
  tryGraph,
} from '#backbones';
import { loadConfig } from '#config';
import { systemClock, WeftError } from '#foundation';
import { integerIn } from '../options.js';
import { print, printJson, say, table } from '../output.js';
import { withSession } from '../session.js';

interface AddOptions {
  onnx: string;
  inputSize: number;
  layout: string;
  channels: string;
  mean: number[];
  std: number[];
  output?: string;
  json?: true;
}

/** `0.485,0.456,0.406`, or one number for all three channels. */
function perChannel(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (![1, 3].includes(values.length) || !values.every(Number.isFinite)) {
    throw new InvalidArgumentError('must be one number, or three with commas between them.');
  }
  return values.length === 1 ? Array.from({ length: 3 }, () => values[0] as number) : values;
}

const add = new Command('add')
  .description('check an ONNX backbone, and keep it under a name that trainings can use')
  .argument('<name>', 'what it is to be called: a-z, 0-9 and -')
  .requiredOption('--onnx <file>', 'the backbone, in one file')
  .requiredOption('--input-size <pixels>', 'side of the square picture that it wants', integerIn(32, 1024))
  .addOption(new Option('--layout <order>', 'order of its input').choices(['nchw', 'nhwc']).default('nchw'))
  .addOption(new Option('--channels <order>', 'order of its colours').choices(['rgb', 'bgr']).default('rgb'))
  .requiredOption('--mean <numbers>', 'subtracted from pixels in 0..1, by channel: 0.485,0.456,0.406', perChannel)
  .requiredOption('--std <numbers>', 'what is left is divided by, by channel: 0.229,0.224,0.225', perChannel)
  .option('--output <name>', 'the value that holds the features; default: the only output')
  .option('--json', 'print JSON on stdout')
  .action(async (name: string, { json, onnx, ...settings }: AddOptions) => {
    const brought = {
      name: parseBackboneName(name),
      file: resolve(onnx),
      settings: parseBackboneSettings(settings),
    };
    const added = await addBackbone(await backbonesHere(), brought, {
      limits: BACKBONE_LIMITS,
      clock: systemClock,
      report: say,
    });
    if (json) return printJson(shown(added));
    print(`${describe(added)}\nTrain on it with: weft train --recipe custom --backbone ${added.name}`);
  });

const list = new Command('list')
  .description('list the backbones that were brought')
  .option('--json', 'print JSON on stdout')
  .action(async ({ json }: { json?: true }) => {
    const all = await (await backbonesHere()).list();
    if (json) return printJson({ backbones: all.map(shown) });
    if (all.length === 0) return print('No backbone was brought.');
    print(
      table(
        ['name', 'features', 'pixels', 'ms a photo', 'file', 'added'],
        all.map(({ name, layout, settings, trial, file, addedAt }) => [
          name,
          layout.shape,
          settings.inputSize,
          trial.millisecondsAPhoto.toFixed(1),
          file.name,
          addedAt.slice(0, 10),
        ]),
      ),
    );
  });

const check = new Command('check')
  .description('try a backbone again, on this machine')
  .argument('<name>', 'its name')
  .option('--json', 'print JSON on stdout')
  .action(async (name: string, { json }: { json?: true }) => {
    const backbones = await backbonesHere();
    const backbone = await backbones.named(name);
    await backbones.verify(backbone);
    const trial = await tryGraph(backbone.graphPath, backbone.settings.inputSize, BACKBONE_LIMITS);
    const tried = { ...backbone, trial };
    if (json) return printJson(shown(tried));
    print(describe(tried));
  });

const remove = new Command('remove')
  .description('forget a backbone that no model stands on')
  .argument('<name>', 'its name')
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json }: { json?: true }) =>
    withSession(async ({ artifacts, database }) => {
      const backbones = new Backbones(artifacts);
      const backbone = await backbones.named(name);
      const models = (await database.generations.models()).filter(
        ({ extractorId }) => extractorId === backbone.extractorId,
      );
      if (models.length > 0) {
        const versions = models.map(({ version }) => version);
        throw new WeftError(
          'backbone-used',
          `${models.length === 1 ? 'A model stands' : `${models.length} models stand`} on the backbone ${name}.`,
          {
            value: versions,
            remedy: 'Remove those first: weft gc --keep-models 0 removes the ones that nothing serves.',
          },
        );
      }
      await backbones.remove(backbone);
      if (json) return printJson({ removed: name });
      print(`The backbone ${name} is forgotten; weft gc removes its features.`);
    }),
  );

export const backboneCommand = new Command('backbone')
  .description('backbones of your own, as ONNX files')
  .addCommand(add)
  .addCommand(list)
  .addCommand(check)
  .addCommand(remove);

async function backbonesHere(): Promise<Backbones> {
  return new Backbones(await openArtifacts(loadConfig()));
}

function shown({ graphPath: _, ...description }: BackboneAtHand) {
  return description;
}

function describe({ name, layout, settings, trial, extractorId }: BackboneAtHand): string {
  const { millisecondsAPhoto, memoryBytes, photosAtOnce } = trial;
  return [
    `Backbone ${name}: ${layout.shape} features of ${settings.inputSize} x ${settings.inputSize} pixels (extractor ${extractorId}).`,
    `${millisecondsAPhoto.toFixed(1)} ms a photo on one thread, ${photosAtOnce === 1 ? 'one at a time' : `${photosAtOnce} at once`}; the trial held ${Math.round(memoryBytes / 1e6)} MB.`,
  ].join('\n');
}
