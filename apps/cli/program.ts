import { Command } from 'commander';
import { attributionCommand } from './commands/attribution.js';
import { auditCommand } from './commands/audit.js';
import { backboneCommand } from './commands/backbone.js';
import { backupCommand } from './commands/backup.js';
import { cardCommand } from './commands/card.js';
import { clustersCommand } from './commands/clusters.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { drawCommand } from './commands/draw.js';
import { duplicatesCommand } from './commands/duplicates.js';
import { embedCommand } from './commands/embed.js';
import { evaluateCommand } from './commands/evaluate.js';
import { experimentCommand } from './commands/experiment.js';
import { gcCommand } from './commands/gc.js';
import { generationsCommand } from './commands/generations.js';
import { importCommand } from './commands/import.js';
import { jobsCommand } from './commands/jobs.js';
import { keysCommand } from './commands/keys.js';
import { modelsCommand } from './commands/models.js';
import { promoteCommand } from './commands/promote.js';
import { quarantineCommand } from './commands/quarantine.js';
import { refreshCommand } from './commands/refresh.js';
import { restoreCommand } from './commands/restore.js';
import { rollbackCommand } from './commands/rollback.js';
import { ruleCommand } from './commands/rule.js';
import { scenarioCommand } from './commands/scenario.js';
import { scheduleCommand } from './commands/schedule.js';
import { searchCommand } from './commands/search.js';
import { serveCommand } from './commands/serve.js';
import { settingsCommand } from './commands/settings.js';
import { setupCommand } from './commands/setup.js';
import { sheetCommand } from './commands/sheet.js';
import { shopperCommand } from './commands/shopper.js';
import { similarCommand } from './commands/similar.js';
import { trainCommand } from './commands/train.js';
import { verifyCommand } from './commands/verify.js';
import { webhookCommand } from './commands/webhook.js';

/** `weft`, with every command that there is. Errors of usage are thrown as CommanderError, after they were told on stderr. */
export function weftProgram(): Command {
  const program = new Command('weft')
    .description('Weft: a fashion similarity engine that trains on your own catalogue photos.')
    .showHelpAfterError('(weft help lists the commands)')
    .exitOverride();

  for (const command of [
    setupCommand,
    settingsCommand,
    doctorCommand,
    demoCommand,
    drawCommand,
    serveCommand,
    importCommand,
    quarantineCommand,
    auditCommand,
    backboneCommand,
    trainCommand,
    embedCommand,
    refreshCommand,
    scheduleCommand,
    modelsCommand,
    generationsCommand,
    promoteCommand,
    rollbackCommand,
    evaluateCommand,
    cardCommand,
    jobsCommand,
    keysCommand,
    webhookCommand,
    attributionCommand,
    experimentCommand,
    similarCommand,
    sheetCommand,
    ruleCommand,
    scenarioCommand,
    shopperCommand,
    verifyCommand,
    searchCommand,
    clustersCommand,
    duplicatesCommand,
    backupCommand,
    restoreCommand,
    gcCommand,
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
    for (const part of command.commands) part.copyInheritedSettings(program);
  }
  return program;
}
