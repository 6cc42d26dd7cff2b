// AssemblyScript, not TypeScript: memory behind the arrays that src/chambers/last-layer/layers.ts has laid out, taken from one part of the rectangle at a time.

const PAGE: usize = 65536;
/** More than this is not reserved: 2^30 bytes. */
const MOST: usize = 1 << 30;

let start: usize = 0;
let next: usize = 0;

/** Everything from here on is free. */
export function beginHeap(from: usize): void {
  start = (from + 15) & ~15;
}

/** Gives back all that was taken. */
export function clearHeap(): void {
  next = start;
}

/** Whether there are so many bytes behind an offset; more are asked for. */
export function isThere(at: usize, bytes: usize): bool {
  const end = at + bytes;
  if (end < at || end > MOST) return false;
  const size = <usize>memory.size() * PAGE;
  if (end <= size) return true;
  // Not page by page.
  const wanted = max(end, min(size + (size >> 2), MOST));
  return memory.grow(<i32>((wanted - size + PAGE - 1) / PAGE)) >= 0;
}

/** The offset of so many bytes, a multiple of 16; 0 if there are none. */
export function take(bytes: usize): usize {
  const at = next;
  if (!isThere(at, bytes)) return 0;
  next = (at + bytes + 15) & ~15;
  return at;
}

/** Where free memory begins. */
export function top(): usize {
  return next;
}

/** What lies before the offset is taken. */
export function takeTo(end: usize): void {
  next = (end + 15) & ~15;
}
