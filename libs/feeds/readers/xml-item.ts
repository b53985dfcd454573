import { columnName, isKnownColumn } from '../columns.js';
import { MAX_RECORD } from '../lines.js';
import { listCell } from '../raw-row.js';

/** Longest name of an element that is kept as a column. */
const MAX_NAME = 200;

/** One `item` or `entry` while it is read. */
export class XmlItem {
  /** What is not well formed in it. */
  fault: string | null = null;
  /** Characters of text so far; beyond the limit none is kept. */
  size = 0;
  private readonly google = new Map<string, string[]>();
  private readonly plain = new Map<string, string[]>();
  private name = '';
  /** Text of the element that is open, one part for each element below it that holds text. */
  private parts: string[] = [];
  private part = '';
  private link: string | null = null;

  /** @param depth at which the item itself stands */
  constructor(readonly depth: number) {}

  open(name: string, depth: number, attributes: Record<string, string>): void {
    this.size += name.length;
    if (depth > this.depth + 1) {
      this.endPart();
      return;
    }
    this.name = name;
    this.parts = [];
    this.part = '';
    // Atom writes its address as an attribute; further links have another relation.
    const { href, rel = 'alternate' } = attributes;
    this.link = name === 'link' && rel === 'alternate' ? (href ?? null) : null;
  }

  text(text: string): void {
    this.size += text.length;
    if (this.size <= MAX_RECORD) this.part += text;
  }

  /** @param depth of the element that is closed */
  close(depth: number): void {
    this.endPart();
    if (depth > this.depth + 1) return;
    const value = this.link ?? this.parts.join(':');
    const isGoogle = /^[gc]:/.test(this.name);
    const column = columnName(isGoogle ? this.name.slice(2) : this.name).slice(0, MAX_NAME);
    this.parts = [];
    this.part = '';
    if (value === '' || column === '') return;
    const kind = isGoogle ? this.google : this.plain;
    const values = kind.get(column);
    if (values === undefined) kind.set(column, [value]);
    else values.push(value);
  }

  /**
   * Elements of Google's name space go before those of RSS and Atom with the same name. Of a repeated one the first
   * counts, except that images and what Weft gives no meaning are lists. The parts of a nested one, such as `shipping`,
   * are joined by colons, as Google writes them in text feeds.
   */
  cells(): Map<string, string> {
    const cells = new Map<string, string>();
    for (const [name, values] of new Map([...this.plain, ...this.google])) {
      if (name === 'additional_image_link') cells.set(name, listCell(values));
      else cells.set(name, isKnownColumn(name) ? (values[0] ?? '') : values.join(','));
    }
    const summary = cells.get('summary');
    if (summary !== undefined && !cells.has('description')) cells.set('description', summary);
    if (summary !== undefined) cells.delete('summary');
    return cells;
  }

  private endPart(): void {
    const text = this.part.trim();
    if (text !== '') this.parts.push(text);
    this.part = '';
  }
}
