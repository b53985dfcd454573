import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '#config';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { weftProgram } from '../../apps/cli/program.js';
import { codeBlocks, commandsOf } from '../support/markdown.js';
import { weft } from '../support/weft.js';

const root = repositoryRoot(import.meta.url);
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

describe('the documentation', () => {
  it('has the table of settings that weft settings prints', async () => {
    const { stdout } = await weft(['settings', '--markdown'], {});
    expect(textOf('docs/settings.md')).toContain(stdout.trim());
  });

  it('names commands and options that there are', () => {
    const uses = pages.flatMap((page) => weftCommands(textOf(page)).map((use) => ({ page, ...use })));
    const program = weftProgram();
    const helpOf = (name: string) => {
      const parts = name.split(' ');
      let command: Command | undefined = program;
      for (const part of parts) command = command?.commands.find((one) => one.name() === part || one.alias() === part);
      return command?.helpInformation() ?? '';
    };
    const unknown = uses.filter(({ command, options }) => {
      const help = helpOf(command);
      return !help.includes('Usage:') || options.some((option) => !help.includes(option));
    });
    expect(uses.length).toBeGreaterThan(30);
    expect(unknown).toEqual([]);
  });

  it('links to pages and pictures that there are', () => {
    const broken = pages.flatMap((page) => {
      const targets = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => target);
      return targets.filter((target) => !isThere(join(root, page, '..', target))).map((target) => [page, target]);
    });
    expect(broken).toEqual([]);
  });
});

/** The `weft` commands of a page's blocks and of its inline code, with the options that they are given. */
function weftCommands(markdown: string): { command: string; options: string[] }[] {
  const lines = [
    ...codeBlocks(markdown)
      .filter(({ language }) => language === 'sh' || language === 'console')
      .flatMap(commandsOf),
    ...[...markdown.replace(/^```.*?^```$/gms, '').matchAll(/`(weft [^`]+)`/g)].map(([, code = '']) => code),
  ];
  return lines.flatMap((line) =>
    [
      ...line.matchAll(
        /(?:^|[\s;&|(])weft (?:-- )?((?:(?:jobs|keys|backbone|experiment|rule|scenario|schedule|shopper|generations|webhook) )?[a-z]+)([^;&|)]*)/g,
      ),
    ].map(([, command = '', rest = '']) => ({
      command,
      options: [...rest.matchAll(/(?:^|[\s[])(--[a-z-]+)/g)].map(([, option = '']) => option),
    })),
  );
}

function isThere(path: string): boolean {
  try {
    readdirSync(join(path, '..'));
    return readFileSync(path).length > 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
}
