/** Whether an If-None-Match names this ETag: any of a list, weak or strong, or `*` (RFC 9110, 13.1.2). */
export function isNamed(etag: string, header: string | undefined): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return (header ?? '').split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(etag));
}
