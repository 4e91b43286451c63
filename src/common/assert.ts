/** A broken invariant: a defect of ours, never a peer's or an operator's mistake. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws InvariantError when `condition` is false. The message says which promise was broken. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
