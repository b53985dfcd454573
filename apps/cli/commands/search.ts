import { Command, InvalidArgumentError } from 'commander';
import type { PhotoBox } from '#imaging';
import type { PhotoSearch } from '#recognition';
import { integerIn, numberIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { photoNamed, withMatcher } from '../with-matcher.js';

interface SearchOptions {
  box?: PhotoBox;
  count: number;
  dial?: number;
  json?: true;
}

export const searchCommand = new Command('search')
  .description(
    'tell which product of the catalogue a photo shows, or that it is none of these, and list what looks like it',
  )
  .argument('<photo>', 'file, address, photo id, product id or offer id')
  .option('--box <x,y,width,height>', 'the part that is meant: fractions of the photo, or pixels as 10px,20px,…', boxOf)
  .option('--count <number>', 'how many similar products', integerIn(1, 100), 10)
  .option('--dial <t>', '0: same cut, any colour; 1: same colour, any cut; default: the model’s', numberIn(0, 1))
  .option('--json', 'print JSON on stdout')
  .action((photo: string, { box, json, ...options }: SearchOptions) =>
    withMatcher(async (matcher, config) => {
      const answer = await matcher.search({ ...(await photoNamed(photo, config)), box }, options);
      if (json) return printJson(answer);
      print(describeRecognition(answer.recognition));
      print('\nWhat looks like it:');
      print(
        table(
          ['similarity', 'shape', 'colour', 'product', 'title'],
          answer.similar.results.map(({ similarity, productId, title }) => [
            similarity?.total.toFixed(3) ?? '-',
            similarity?.shape.toFixed(3) ?? '-',
            similarity?.colour.toFixed(3) ?? '-',
            productId,
            title ?? '',
          ]),
        ),
      );
      const { shortfall } = answer.similar;
      if (shortfall !== null) print(`${shortfall.given} of ${shortfall.asked}: ${shortfall.reason}`);
    }),
  );

function describeRecognition(recognition: PhotoSearch['recognition']): string {
  if (recognition === null) return 'The model was not calibrated to tell products apart by photos.';
  const { recognised, probability, threshold, nearest } = recognition;
  const sure = probability === null ? '' : `, probability ${probability.toFixed(3)}`;
  const needed = threshold === null ? 'no threshold could be set' : `${threshold.toFixed(3)} is needed`;
  const name =
    recognised === null ? `None of these (${needed}${sure})` : `${recognised.product.productId}${sure} (${needed})`;
  const candidates = table(
    ['probability', 'shape', 'colour', 'votes', 'product', 'title'],
    nearest.map(({ product, probability: ofPair, similarity, votes }) => [
      ofPair.toFixed(3),
      similarity?.shape.toFixed(3) ?? '-',
      similarity?.colour.toFixed(3) ?? '-',
      votes,
      product.productId,
      product.title ?? '',
    ]),
  );
  return `${name}. The nearest:\n${candidates}`;
}

function boxOf(text: string): PhotoBox {
  const parts = text.split(',').map((part) => /^(\d*\.?\d+)(px)?$/.exec(part.trim()));
  const inPixels = parts.filter((part) => part?.[2] !== undefined).length;
  const [x, y, width, height, ...more] = parts.map((part) => (part === null ? NaN : Number(part[1])));
  if (more.length > 0 || (inPixels !== 0 && inPixels !== 4) || !(x! >= 0 && y! >= 0 && width! > 0 && height! > 0)) {
    throw new InvalidArgumentError(
      'must be four fractions, such as .25,.1,.5,.6, or four numbers of pixels, such as 100px,50px,300px,400px.',
    );
  }
  return { x: x!, y: y!, width: width!, height: height!, unit: inPixels === 4 ? 'pixel' : 'fraction' };
}
