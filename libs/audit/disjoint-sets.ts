/** Groups that grow together: union by size with path halving (Tarjan 1975). */
export class DisjointSets {
  private readonly parent: Uint32Array;
  private readonly size: Uint32Array;

  /** @param count of members, each a group of its own at first */
  constructor(count: number) {
    this.parent = Uint32Array.from({ length: count }, (_, member) => member);
    this.size = new Uint32Array(count).fill(1);
  }

  /** One member that stands for the whole group. */
  find(member: number): number {
    let at = member;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at] as number] as number;
      at = this.parent[at] as number;
    }
    return at;
  }

  join(a: number, b: number): void {
    let [large, small] = [this.find(a), this.find(b)];
    if (large === small) return;
    if ((this.size[large] as number) < (this.size[small] as number)) [large, small] = [small, large];
    this.parent[small] = large;
    this.size[large] = (this.size[large] as number) + (this.size[small] as number);
  }

  /** The groups of two and more, members ascending, in the order of their first members. */
  groups(): number[][] {
    const groups = new Map<number, number[]>();
    for (let member = 0; member < this.parent.length; member += 1) {
      const root = this.find(member);
      if ((this.size[root] as number) < 2) continue;
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [member]);
      else group.push(member);
    }
    return [...groups.values()];
  }
}
