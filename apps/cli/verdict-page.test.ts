import { describe, expect, it } from 'vitest';
import type { Verdict } from '#generations';
import { judgementOf } from '../../test/support/verdicts.js';
import { verdictPage } from './verdict-page.js';

const compared = { styles: 30, queries: 90, candidate: 0.6, other: 0.8, difference: -0.2 };

function pageOf(changes: Partial<Verdict['judgement']> = {}): string {
  const judgement = { ...judgementOf('worse'), ...changes };
  const verdict = { generation: 2, against: 1, catalogue: '20-1', judgedAt: new Date(0), judgement };
  const shown = (id: string) => ({ title: `Title of ${id}`, webp: id === 'coat' ? Buffer.from('RIFF') : null });
  return verdictPage({ verdict, candidate: 'new', active: 'old' }, shown, new Date('2026-11-24T10:00:00Z'));
}

describe('the page of a verdict', () => {
  it('says first what was decided, then why, and runs and fetches nothing', () => {
    const page = pageOf({ reasons: ['It finds less.', 'It finds <b>shoes</b> less.'] });
    const text = page.replace(/<style>.*?<\/style>/s, '');
    expect(text).toContain('<h1>Worse than what is active</h1>');
    expect(text.indexOf('It finds less.')).toBeLessThan(text.indexOf('It finds &#60;b&#62;shoes'));
    expect(text).not.toMatch(/<script|<b>shoes|https?:/);
    expect(text).toMatch(/30 *<\/b>\s*<span>styles held out, 90 photos/);
  });

  it('draws each difference with its interval, and names sure losses in words', () => {
    const lost = { ...compared, interval95: [-0.3, -0.1] as [number, number], isSureLoss: true };
    const text = pageOf({
      categories: [
        { category: 'Shoes', ...lost },
        { category: null, ...lost, isSureLoss: false },
      ],
    });
    const rows = [...text.matchAll(/<tr class="(strong|)">(.*?)<\/tr>/gs)].filter(([, , row]) =>
      row?.includes('−0.200'),
    );
    expect(rows.map(([, emphasis]) => emphasis)).toEqual(['strong', '']);
    const [shoes, unsaid] = rows.map(([, , row]) => row!);
    // The reach is .3, half the width 100: 100 (1 - .2 / .3).
    expect(shoes).toContain('cx="33.3"');
    expect(shoes).toContain('<svg class="interval bad"');
    expect(shoes).toContain('sure loss');
    expect(unsaid).toContain('not said by the feed');
    expect(unsaid).not.toContain('sure loss');
  });

  it('shows what stays, leaves and is new, by frame and by word, and a frame where a photo is gone', () => {
    const example = { productId: 'coat', overlap: 0.5, before: ['a', 'b'], after: ['b', 'c'] };
    const text = pageOf({
      churn: { products: 9, asked: 3, changedShare: 1 / 3, meanOverlap: 0.8, examples: [example] },
    });
    const strips = [...text.matchAll(/<ol class="strip">(.*?)<\/ol>/gs)].map(([, strip]) =>
      [...strip!.matchAll(/<li class="(\w+)">.*?<span class="verdict">(\w+)<\/span>\s*<code>(\w+)/gs)].map((match) =>
        match.slice(1),
      ),
    );
    expect(strips).toEqual([
      [
        ['query', 'question', 'coat'],
        ['wrong', 'leaves', 'a'],
        ['right', 'stays', 'b'],
      ],
      [
        ['query', 'question', 'coat'],
        ['right', 'stays', 'b'],
        ['wrong', 'new', 'c'],
      ],
    ]);
    expect(text).toContain('data:image/webp;base64,UklGRg==');
    expect(text).toContain('Title of a, no photo');
    expect(text).toMatch(/Of\s+3 of 9\s+products\s+33\.3 %\s+get another top ten/);
  });
});
