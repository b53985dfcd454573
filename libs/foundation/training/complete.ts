/** Of each member of a union, with everything that may be left out filled in. */
export type Complete<T> = T extends unknown ? { [Key in keyof T]-?: Exclude<T[Key], undefined> } : never;
