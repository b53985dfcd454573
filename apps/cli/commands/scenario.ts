import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '#foundation';
import { KeptDecisions, type Scenario, ScenarioService } from '#merchandising';
import { OPTION_VALUES, scenarioSettings } from '#similarity';
import { parsedJson } from '../json-argument.js';
import { print, printJson, table } from '../output.js';
import { withSession } from '../session.js';

/** Who asks, in the record of scenarios. */
const BY = 'command line';

const withScenarios = <T>(work: (scenarios: ScenarioService) => Promise<T>): Promise<T> =>
  withSession(({ database: { merchandising } }) =>
    work(new ScenarioService(merchandising, new KeptDecisions(merchandising, systemClock), systemClock)),
  );

function nameArgument(text: string): string {
  const parsed = OPTION_VALUES.scenario.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'is no name');
}

const list = new Command('list')
  .description('list the scenarios, by name')
  .option('--json', 'print JSON on stdout')
  .action(({ json }: { json?: true }) =>
    withScenarios(async (scenarios) => {
      const all = await scenarios.list();
      if (json) return printJson({ scenarios: all });
      if (all.length === 0) return print('No scenario is stored: every placement asks for itself.');
      print(table(['name', 'updated', 'by', 'settings'], all.map(rowOf)));
    }),
  );

const show = new Command('show')
  .description('print the settings of a scenario')
  .argument('<name>', 'as requests name it', nameArgument)
  .option('--json', 'print all that is known of it')
  .action((name: string, { json }: { json?: true }) =>
    withScenarios(async (scenarios) => {
      const scenario = await scenarios.get(name);
      printJson(json ? scenario : scenario.settings);
    }),
  );

const set = new Command('set')
  .description('store what a placement asks where its requests say nothing; replaces all that was stored')
  .argument('<name>', 'as requests name it', nameArgument)
  .argument('<settings>', 'options as JSON, or @FILE: \'{"count": 4, "dial": 0.3}\' (docs/merchandising.md)')
  .option('--json', 'print JSON on stdout')
  .action(async (name: string, text: string, { json }: { json?: true }) => {
    const settings = await parsedJson(scenarioSettings, text, 'scenario-invalid');
    await withScenarios(async (scenarios) => {
      const scenario = await scenarios.put(name, settings, BY);
      if (json) return printJson(scenario);
      print(`Requests with the scenario ${name} go by this within a second.`);
    });
  });

const remove = new Command('remove')
  .description('remove a scenario; requests may go on naming it')
  .argument('<name>', 'as requests name it', nameArgument)
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json }: { json?: true }) =>
    withScenarios(async (scenarios) => {
      await scenarios.remove(name);
      if (json) return printJson({ removed: name });
      print(`${name} is a mere name now.`);
    }),
  );

export const scenarioCommand = new Command('scenario').description('what placements of the shop ask by default');
for (const command of [list, show, set, remove]) scenarioCommand.addCommand(command);

function rowOf({ name, updatedAt, updatedBy, settings }: Scenario): string[] {
  return [name, updatedAt.toISOString().replace(/\.\d{3}Z$/, 'Z'), updatedBy, JSON.stringify(settings)];
}
