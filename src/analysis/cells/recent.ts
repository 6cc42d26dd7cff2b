/**
 * Values that many cells share, by what they were made of, for as long as they are asked for.
 *
 * A WeakMap would do, but every collection of garbage looks at all of it.
 */

/** Forgets what was not asked for among the last so many keys, or twice as many. */
export class Recent<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  constructor(private readonly most: number) {}

  get(key: K): V | undefined {
    const known = this.young.get(key);
    if (known !== undefined) return known;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.most) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }
}
