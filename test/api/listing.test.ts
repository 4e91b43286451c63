/** Lists: filter, sort, page. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Item, type Members, pageOf } from "../../src/api/listing.ts";

const MEMBERS: Members = { id: {}, size: {}, online: {}, "status.depth": {} };
const BOUNDS = { page_items: 1000, sort_members: 8 };
const ids = (items: readonly Item[]): unknown[] => items.map(({ id }) => id);
const page = (items: readonly Item[], query: Record<string, unknown>) => pageOf(items, query, MEMBERS, "id", BOUNDS);

const ITEMS: readonly Item[] = [
  { id: "b", size: 2, online: true, status: { depth: 5 } },
  { id: "a", size: 2, online: false },
  { id: "d", size: 10, online: true, status: { depth: 1 } },
  { id: "c", online: true },
];

describe("a list", () => {
  it("is sorted by id when nobody asks for another order", () =>
    expect(ids(page(ITEMS, {}).items)).toEqual(["a", "b", "c", "d"]));

  it.each([
    ["size", ["a", "b", "d", "c"]],
    ["-size", ["d", "a", "b", "c"]],
    ["-size,-id", ["d", "b", "a", "c"]],
    ["status.depth", ["d", "b", "a", "c"]],
    ["-status.depth,-id", ["b", "d", "c", "a"]],
  ])("sorts by %s, and what lacks it comes last", (sort, order) => expect(ids(page(ITEMS, { sort }).items)).toEqual(order));

  it("keeps what equals every filter", () => {
    expect(ids(page(ITEMS, { online: true, size: 2 }).items)).toEqual(["b"]);
    expect(ids(page(ITEMS, { "status.depth": 1 }).items)).toEqual(["d"]);
    expect(ids(page(ITEMS, { size: 3 }).items)).toEqual([]);
  });

  it("gives every item once over its pages, in the order of the whole, however it is sorted", () => {
    const item = fc.record(
      { size: fc.integer({ min: 0, max: 3 }), online: fc.boolean(), status: fc.record({ depth: fc.nat(2) }) },
      { requiredKeys: [] },
    );
    const sort = fc.uniqueArray(fc.constantFrom("size", "-size", "online", "-online", "status.depth", "-id"), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), sort, fc.integer({ min: 1, max: 7 }), (parts, by, limit) => {
        const items = parts.map((part, index) => ({ ...part, id: `v${index}` }));
        const order = by.length === 0 ? {} : { sort: by.join(",") };
        const seen: unknown[] = [];
        for (let cursor: string | undefined, pages = 0; pages < 40; pages += 1) {
          const { items: some, next } = page(items, { ...order, limit, ...(cursor === undefined ? {} : { cursor }) });
          expect(some.length).toBeLessThanOrEqual(limit);
          seen.push(...ids(some));
          if (next === undefined) break;
          cursor = next;
        }
        expect(seen).toEqual(ids(page(items, order).items));
      }),
      { numRuns: 200 },
    );
  });

  it("loses and repeats nothing of the rest when an item comes or goes between two pages", () => {
    const first = page(ITEMS, { limit: 2 });
    const others = [...ITEMS.filter(({ id }) => id !== "a" && id !== "b"), { id: "0" }, { id: "bb" }];
    expect(ids(page(others, { cursor: first.next as string }).items)).toEqual(["bb", "c", "d"]);
  });

  it.each([
    { sort: "path" },
    { sort: "__proto__" },
    { sort: "id," },
    { sort: "size,size,size,size,size,size,size,size,size" },
    { cursor: "§" },
    { cursor: Buffer.from('{"a":1}').toString("base64url") },
    { cursor: Buffer.from('["id"]').toString("base64url") },
    { cursor: Buffer.from('["id",{"a":1}]').toString("base64url") },
    { cursor: Buffer.from('["-id","a"]').toString("base64url") },
  ])("refuses %j, and names the parameter", (query) => {
    expect(() => page(ITEMS, query)).toThrow(
      expect.objectContaining({
        type: "bad-parameter",
        details: { errors: [expect.objectContaining({ pointer: `/${Object.keys(query)[0]}` })] },
      }),
    );
  });
});
