import { describe, expect, it } from 'vitest';
import { briefly, rawRows } from '../../../test/support/raw-rows.js';

const rss = (items: string, before = '') => `<?xml version="1.0"?>${before}<rss><channel>${items}</channel></rss>`;
const item = (inner: string, id = '1') => `<item><g:id>${id}</g:id><g:image_link>a.jpg</g:image_link>${inner}</item>`;
const read = async (items: string, before = '') => briefly(await rawRows(rss(items, before)));
const cells = (more: object = {}, id = '1') => ({ id, image_link: 'a.jpg', ...more });

describe('XML feeds', () => {
  it('take elements of Google before those of RSS, CDATA, lists, and parts of nested elements', async () => {
    const inner = `<title>RSS</title><g:title>Google</g:title><g:description><![CDATA[<b>soft</b> & ]]>light</g:description>
      <g:additional_image_link>b,1.jpg</g:additional_image_link><g:additional_image_link>c.jpg</g:additional_image_link>
      <g:product_type>Women &gt; Tops</g:product_type><g:product_type>Sale</g:product_type>
      <g:shipping><g:country>US</g:country><g:price>5 USD</g:price></g:shipping><g:custom_label_0/>`;
    expect(await read(item(inner))).toEqual([
      cells({
        title: 'Google',
        description: '<b>soft</b> & light',
        additional_image_link: 'b,1.jpg\nc.jpg\n',
        product_type: 'Women > Tops',
        shipping: 'US:5 USD',
      }),
    ]);
  });

  it('take the link and summary of Atom', async () => {
    const entry =
      '<feed><entry><id>1</id><link href="https://e/1"/><link rel="self" href="https://e/2"/><summary>S</summary></entry></feed>';
    expect(briefly(await rawRows(entry))).toEqual([{ id: '1', link: 'https://e/1', description: 'S' }]);
  });

  it('expand no entity of a document type: a billion laughs, a file, an address', async () => {
    const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('');
    for (const declared of [
      `<!ENTITY l0 "lol">${laughs}`,
      '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
      '<!ENTITY l9 SYSTEM "http://127.0.0.1/">',
    ]) {
      const rows = await read(item('<g:title>&l9;</g:title>') + item('', '2'), `<!DOCTYPE rss [${declared}]>`);
      expect(rows).toEqual(['xml-malformed', cells({}, '2')]);
    }
  });

  it('decode the entities of HTML, which many shops write', async () => {
    expect(await read(item('<g:title>Caf&eacute;&nbsp;&#233;&#xE9;</g:title>'))).toEqual([
      cells({ title: 'Café\u00a0éé' }),
    ]);
  });

  it.each([
    ['a tag that does not match', '<g:title>a</g:titel>'],
    ['a bare ampersand', '<g:title>a & b</g:title>'],
    ['a bare bracket', '<g:title>a < b</g:title>'],
    ['an attribute without quotes', '<g:title a=b>c</g:title>'],
    ['a tag that is not closed', '<g:title>a'],
  ])('give up one item for %s', async (_, inner) => {
    expect(await read(item('', '0') + item(inner) + item('', '2'))).toEqual([
      cells({}, '0'),
      'xml-malformed',
      cells({}, '2'),
    ]);
  });

  it('give up one item that is never closed', async () => {
    expect(await read(`<item><g:id>1</g:id>${item('', '2')}`)).toEqual(['xml-malformed', cells({}, '2')]);
  });

  it.each([
    ['nests too deeply', '<a>'.repeat(200)],
    ['ends too early', '<item>'],
    ['never ends a comment', `<!-- ${'x'.repeat(300_000)}`],
    ['has an endless tag', `<item ${'x'.repeat(300_000)}`],
    [
      'has an endless number of attributes',
      `<item ${Array.from({ length: 5_000 }, (_, at) => `a${at}="1"`).join(' ')}/>`,
    ],
  ])('are refused where one %s', async (_, inner) => {
    await expect(rawRows(`<rss><channel>${inner}`)).rejects.toMatchObject({ code: 'feed-xml' });
  });

  it('keep no item beyond the limit', async () => {
    const rows = await rawRows(rss(item(`<g:title>${'x'.repeat(5_000_000)}</g:title>`) + item('', '2')));
    expect(briefly(rows)).toEqual(['row-too-long', cells({}, '2')]);
  });

  it('read the encoding that they declare', async () => {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?><rss>${item('<g:title>Größe</g:title>')}</rss>`;
    expect(briefly(await rawRows(Buffer.from(text, 'latin1')))).toEqual([cells({ title: 'Größe' })]);
  });
});
