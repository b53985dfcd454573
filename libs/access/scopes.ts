/** What a call may need. Each is granted or not; none includes another by itself. */
export const SCOPES = ['read', 'events', 'merchandiser', 'operator'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a key is made for. Storefront keys are publishable: every shopper can read them in the page. */
export const KEY_KINDS = ['storefront', 'merchandiser', 'operator'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** The most that a key of each kind can be granted. */
export const SCOPES_OF_KIND: Record<KeyKind, readonly Scope[]> = {
  storefront: ['read', 'events'],
  merchandiser: ['read', 'events', 'merchandiser'],
  operator: ['read', 'events', 'merchandiser', 'operator'],
};

/** The kinds of keys that can be granted a scope. */
export function kindsWith(scope: Scope): KeyKind[] {
  return KEY_KINDS.filter((kind) => SCOPES_OF_KIND[kind].includes(scope));
}
