import {
  DISTANCE_NAMES,
  LOSS_NAMES,
  MINER_NAMES,
  MINING_NAMES,
  RECIPE_NAMES,
  SAMPLER_NAMES,
  VIEW_NAMES,
} from '#foundation';
import { type Command, Option } from 'commander';
import { namedChoice, namedValues } from './named-choice.js';
import { integerIn, numberIn } from './options.js';

/** The settings of a training as options; what they may hold is checked where the settings are parsed. */
export function addTrainingOptions(command: Command): Command {
  const oneOf = (names: readonly string[]) => `${names.join(', ')}; what it is given follows: NAME,KEY=VALUE`;
  return command
    .addOption(new Option('--recipe <name>', 'how').choices(RECIPE_NAMES))
    .option('--backbone <name>', 'of the recipe custom: one that weft backbone add keeps')
    .option('--loss <name>', oneOf(LOSS_NAMES), namedChoice)
    .option('--miner <name>', oneOf(MINER_NAMES), namedChoice)
    .option('--mining <name>', oneOf(MINING_NAMES), namedChoice)
    .option('--sampler <name>', oneOf(SAMPLER_NAMES), namedChoice)
    .addOption(new Option('--views <name>', 'augmented views of products with a single photo').choices(VIEW_NAMES))
    .addOption(new Option('--distance <name>', 'of loss and miner').choices(DISTANCE_NAMES))
    .option('--weights <values>', 'of the losses: shape=1,colour=1,joined=1,joinedStyle=1', namedValues)
    .option('--colour-difference <weight>', 'of holding colours to how much they differ', numberIn(0, 100))
    .option('--dial <t>', 'weight of colour, 0 to 1', numberIn(0, 1))
    .option('--steps <number>', 'steps of the training', integerIn(1, 100_000))
    .option('--learning-rate <number>', 'at the first step', numberIn(0, 1))
    .option('--weight-decay <number>', 'of the heads', numberIn(0, 1))
    .option('--seed <number>', 'seed of every random choice', integerIn(0, 2 ** 31 - 1));
}
