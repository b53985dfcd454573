import { messageOf, type Progress, WeftError } from '#foundation';

/** Words for people go to stderr, so that stdout stays free for results. */
export function say(line = ''): void {
  process.stderr.write(`${line}\n`);
}

/** A result on stdout: one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A result on stdout, for people. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a program learns of a failure; the same members as the API's problem documents. */
export function describeFailure(error: unknown): {
  code: string;
  message: string;
  remedy: string | null;
  value: unknown;
} {
  if (error instanceof WeftError) {
    return { code: error.code, message: error.message, remedy: error.remedy ?? null, value: error.value ?? null };
  }
  return { code: 'unexpected', message: messageOf(error), remedy: null, value: null };
}

/** Columns aligned for a terminal; numbers to the right. */
export function table(header: string[], rows: (string | number)[][]): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const isNumber = header.map((_, column) => rows.every((row) => /^[-+]?[\d.,]*\d%?$|^-$/.test(String(row[column]))));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(cells[0] ?? []), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.slice(1).map(line)].join(
    '\n',
  );
}

/**
 * Shows a run's progress on stderr: a bar that redraws itself on a terminal, a line per stage and tenth elsewhere.
 */
export class ProgressBar {
  private last = '';
  private isOpen = false;

  update(progress: Progress): void {
    if (process.stderr.isTTY) {
      const width = 24;
      const filled = Math.round(width * Math.min(1, Math.max(0, progress.fraction)));
      const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
      const text = `${bar} ${String(Math.round(100 * progress.fraction)).padStart(3)} %  ${progress.message}`;
      process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns ?? 100) - 1)}`);
      this.isOpen = true;
      return;
    }
    const key = `${progress.stage} ${Math.floor(10 * progress.fraction)}`;
    if (key === this.last) return;
    this.last = key;
    say(`${String(Math.round(100 * progress.fraction)).padStart(3)} %  ${progress.message}`);
  }

  close(): void {
    if (this.isOpen) process.stderr.write('\r\u001b[2K');
    this.isOpen = false;
  }
}
