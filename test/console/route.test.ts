import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRoute, routeTo } from "../../src/console/route.ts";

test("no fragment is the overview", () => {
  expect(parseRoute("")).toMatchObject({ view: "overview", parts: [] });
  expect(parseRoute("#/")).toMatchObject({ view: "overview", parts: [] });
});

test("a lone percent sign is taken as it stands", () => {
  expect(parseRoute("#/sessions/%").parts).toEqual(["%"]);
});

test("whatever parts and questions an address is made of, they are read from it again", () => {
  const part = fc.string({ minLength: 1, unit: "grapheme" });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 3 }), fc.dictionary(part, part, { maxKeys: 3 }), (parts, query) => {
      const route = parseRoute(routeTo("access", parts, query));
      expect(route.view).toBe("access");
      expect(route.parts).toEqual(parts);
      expect(Object.fromEntries(route.query)).toEqual({ ...query });
    }),
  );
});
