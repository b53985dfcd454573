import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from './html.js';

describe('html', () => {
  it('escapes whatever is no markup of its own, between tags and inside attributes', () => {
    const title = '<script>alert("1")</script> & \'co\'';
    expect(html`<b title="${title}">${title}</b>`.markup).toBe(
      '<b title="&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;co&#39;">' +
        '&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;co&#39;</b>',
    );
  });

  it('lets no text become markup, and keeps every character that a page may hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { markup } = html`${text}`;
        expect(markup).not.toMatch(/[<>"']|&(?!#\d+;)/);
        const read = markup.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
        const isAllowed = (character: string) =>
          /[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/u.test(character) || (character.codePointAt(0) ?? 0) > 0xffff;
        const allowed = [...text].filter(isAllowed);
        expect(read).toBe(allowed.join(''));
      }),
    );
  });

  it('puts pieces and lists of pieces in as they are, and nothing where there is nothing', () => {
    const pieces = ['a', '<'].map((text) => html`<i>${text}</i>`);
    expect(html`${pieces}${null}${undefined}${false}${0}`.markup).toBe('<i>a</i><i>&#60;</i>0');
  });
});
