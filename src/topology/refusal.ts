/** Why evidence is refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export function demand(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Refusal(reason);
}
