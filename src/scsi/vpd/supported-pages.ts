/** Supported VPD Pages (00h): SPC-4 7.8.19. */

/** The list of page codes, ascending. */
export function supportedPages(codes: readonly number[]): Buffer {
  return Buffer.from(codes.toSorted((a, b) => a - b));
}
