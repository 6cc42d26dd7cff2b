/**
 * Disjoint sets of the numbers 0, 1, 2, ... (Tarjan 1975), with union by size and path halving.
 */
export class UnionFind {
  private readonly parent: number[] = [];
  private readonly size: number[] = [];

  private ensure(element: number) {
    while (this.parent.length <= element) {
      this.size.push(1);
      this.parent.push(this.parent.length);
    }
  }

  /** The representative of the set that an element is in; a new element is a set of its own. */
  find(element: number): number {
    this.ensure(element);
    const { parent } = this;
    let at = element;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  }

  /** Joins two sets; false if they were one. */
  union(a: number, b: number): boolean {
    let large = this.find(a);
    let small = this.find(b);
    if (large === small) return false;
    if (this.size[large]! < this.size[small]!) [large, small] = [small, large];
    this.parent[small] = large;
    this.size[large]! += this.size[small]!;
    return true;
  }
}
