import { describe, expect, it } from 'vitest';
import { imagesOf } from './image-reference.js';

const of = (feed: string, ...links: string[]) =>
  imagesOf({ imageLink: links[0] ?? '', additionalImageLinks: links.slice(1) }, feed);

describe('imagesOf', () => {
  it('mixes files and addresses, and names each once', () => {
    const sources = of(
      '/feeds/a.csv',
      'a.jpg',
      'HTTPS://Shop.Example:443/a%20b.jpg#front',
      'https://shop.example/a b.jpg',
      '/b.jpg',
      'file:///b.jpg',
      'http://2130706433/c.jpg',
    ).map(({ source }) => source);
    expect(sources).toEqual(['/feeds/a.jpg', 'https://shop.example/a%20b.jpg', '/b.jpg', 'http://127.0.0.1/c.jpg']);
  });

  it.each([
    ['https://u:p@shop.example/a.jpg', 'fetch-address-invalid'],
    ['https://', 'fetch-address-invalid'],
    ['http:', 'fetch-address-invalid'],
    ['ftp://shop.example/a.jpg', 'image-url-not-supported'],
    ['data:image/png;base64,AAAA', 'image-url-not-supported'],
    ['file://elsewhere/a.jpg', 'image-path-invalid'],
  ])('sets %s aside', (link, code) => {
    expect(of('/feeds/a.csv', link)).toMatchObject([{ link, source: link, rejection: { code } }]);
  });

  it('lets a feed from the web name addresses only', () => {
    const feed = 'https://shop.example/feeds/a.csv?key=1';
    const links = ['a.jpg', '../b.jpg', '/etc/passwd', '//cdn.example/c.jpg', 'file:///etc/passwd'];
    expect(of(feed, ...links)).toMatchObject([
      { source: 'https://shop.example/feeds/a.jpg', rejection: null },
      { source: 'https://shop.example/b.jpg', rejection: null },
      { source: 'https://shop.example/etc/passwd', rejection: null },
      { source: 'https://cdn.example/c.jpg', rejection: null },
      { source: 'file:///etc/passwd', rejection: { code: 'image-path-invalid' } },
    ]);
  });
});
