/** What the schemas promise: bodies are those of config/schema.ts, and what the daemon tells fits its schema. */
import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schemaName } from "../../src/api/object-schemas.ts";
import { COLLECTIONS, SINGLETONS } from "../../src/api/resources.ts";
import { SCHEMAS, schemaOf } from "../../src/api/schemas.ts";
import { KINDS, TOP_LEVEL } from "../../src/config/schema.ts";
import { fakeService, memoryEvents } from "../support/control.ts";

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true } },
  });
  for (const schema of SCHEMAS) app.addSchema(schema);
  for (const { $id } of SCHEMAS) app.post(`/${$id}`, { schema: { body: { $ref: `${$id}#` } } }, async () => "fits");
  await app.ready();
});
afterAll(() => app.close());

/** "fits", or what does not. */
async function against(name: string, value: unknown): Promise<string> {
  const response = await app.inject({ method: "POST", url: `/${name}`, payload: value as object });
  return response.statusCode === 200 ? response.body : response.json().message;
}

describe("what the daemon tells of itself", () => {
  const service = fakeService(memoryEvents());
  it.each([
    ["NodeStatus", [service.status()]],
    ["LunStatus", service.luns()],
    ["Session", service.sessions()],
    ["Connection", service.connections()],
    ["TopSample", [service.top()]],
  ] as const)("fits the schema %s, and with a member more it would not", async (name, values) => {
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) {
      expect(await against(name, value)).toBe("fits");
      expect(await against(name, { ...value, another: 1 })).toContain("additional");
    }
  });

  it("fits as an event", async () => {
    const events = memoryEvents();
    events.record("login-refused", { reason: "r", address: "192.0.2.1" });
    for (const event of events.read(0, 10)) expect(await against("Event", event)).toBe("fits");
    expect(events.read(0, 10)).toHaveLength(1);
  });
});

describe("the schemas of configured objects", () => {
  it("have every key of lunette.toml and nothing else, for reading, creating, replacing and changing", () => {
    const facts = ["id", "uuid", "generation", "created", "updated", "home", "place", "status"];
    for (const kind of TOP_LEVEL) {
      const keys = [...Object.keys(kind.fields), ...Object.keys(kind.tables ?? {})].sort();
      for (const suffix of kind.many ? ["", "Create", "Replace", "Change"] : ["", "Replace", "Change"]) {
        const schema = schemaOf(schemaName(kind.header) + suffix);
        expect(schema.additionalProperties).toBe(false);
        const own = Object.keys(schema.properties ?? {}).filter((name) => keys.includes(name) || !facts.includes(name));
        expect(own.sort(), kind.header + suffix).toEqual(keys);
      }
    }
  });

  it("cover every table of the file: each has a path of its own, or is a part of one that has", () => {
    const paths = [...COLLECTIONS, ...SINGLETONS].map(({ schema }) => schema).sort();
    expect(paths).toEqual(TOP_LEVEL.map(({ header }) => schemaName(header)).sort());
    const parts = COLLECTIONS.flatMap(({ parts: each }) => each.map(({ schema }) => schema));
    for (const { header, many } of KINDS) if (header.includes(".") && many) expect(parts).toContain(schemaName(header));
  });

  it("let null remove what is not required, and only where an object is changed", async () => {
    expect(await against("VolumeChange", { serial: null, io: null, size: null })).toBe("fits");
    expect(await against("VolumeChange", { path: null })).toContain("body/path");
    expect(await against("VolumeCreate", { name: "a", serial: null })).toContain("body/serial");
    expect(await against("PortalGroupChange", { redirect: null })).toBe("fits");
    expect(await against("PortalGroupChange", { redirect: { permanent: null } })).toBe("fits");
    expect(await against("TargetChange", { lun: null, access: null })).toBe("fits");
  });

  it("take a size as a number or as a text, and a new volume without a path", async () => {
    expect(await against("VolumeCreate", { name: "a", size: "10 GiB" })).toBe("fits");
    expect(await against("VolumeCreate", { name: "a", size: 4096 })).toBe("fits");
    expect(await against("VolumeCreate", { name: "a", size: 511 })).toContain("512");
    expect(await against("VolumeReplace", { size: 4096 })).toBe("fits");
    expect(schemaOf("Volume").properties?.["size"]?.type).toBe("integer");
  });
});
