/** Waiting that ends: what waits for storage or for others must not wait for ever. */

/** false: it has not settled within so many milliseconds, and goes on. Rejects as it does. */
export async function inTime(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  // What it comes to afterwards is nobody's any more: whoever gives up on it sees to that first.
  promise.catch(() => {});
  try {
    return await Promise.race([promise.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
