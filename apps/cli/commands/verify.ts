import { Command, InvalidArgumentError } from 'commander';
import { FALSE_ACCEPT_RATES } from '#evaluation';
import { print, printJson, table } from '../output.js';
import { photoNamed, withMatcher } from '../with-matcher.js';

export const verifyCommand = new Command('verify')
  .description('tell whether two photos show the same product')
  .argument('<photo>', 'file, address, photo id, product id or offer id')
  .argument('<other>', 'likewise')
  .option('--false-accept-rate <rate>', `decide, at ${FALSE_ACCEPT_RATES.join(', ')} of wrong pairs accepted`, rateOf)
  .option('--json', 'print JSON on stdout')
  .action((one: string, two: string, options: { falseAcceptRate?: number; json?: true }) =>
    withMatcher(async (matcher, config) => {
      const photos = [await photoNamed(one, config), await photoNamed(two, config)] as const;
      const answer = await matcher.verify([...photos], options.falseAcceptRate);
      if (options.json) return printJson(answer);
      const { probability, similarity, distance, decision, modelVersion } = answer;
      print(`Same product: probability ${probability.toFixed(3)} (model ${modelVersion})`);
      print(
        table(
          ['part', 'similarity', 'squared distance'],
          (['shape', 'colour'] as const).map((part) => [part, similarity[part].toFixed(3), distance[part].toFixed(3)]),
        ),
      );
      if (decision === null) return;
      const { isSame, falseAcceptRate, threshold, accepted } = decision;
      print(
        `${isSame ? 'Accepted' : 'Refused'} at a false accept rate of ${falseAcceptRate} (from ${threshold.toFixed(3)} on)`,
      );
      if (accepted === null) return;
      const share = (value: number | null) => value?.toFixed(3) ?? '-';
      print(
        `On hold-out styles that accepts ${share(accepted.sameProduct)} of the pairs of one product, ` +
          `${share(accepted.otherColours)} of other colours of one style, ${share(accepted.otherStyles)} of other styles`,
      );
    }),
  );

function rateOf(text: string): number {
  const rate = FALSE_ACCEPT_RATES.find((known) => known === Number(text));
  if (rate === undefined) throw new InvalidArgumentError(`must be one of ${FALSE_ACCEPT_RATES.join(', ')}.`);
  return rate;
}
