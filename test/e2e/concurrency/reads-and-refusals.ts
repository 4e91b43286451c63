/** Reads, bodies that are wrong, what a key may not do, and the tables that an admin changes. */
import { isDeepStrictEqual } from "node:util";
import { INITIATOR_NAME } from "../../support/scripted-initiator.ts";
import { type AskingClient, type Check, MiB, SHARED } from "./asking-client.ts";

export async function readOne(client: AskingClient): Promise<void> {
  const [collection, kind] = client.pick([
    ["volumes", "v"],
    ["igroups", "i"],
    ["targets", "t"],
  ] as const);
  const path = `/v1/${collection}/${client.name(kind)}`;
  const read = await client.get("read", path);
  if (read === undefined) return;
  await client.ask("read again", "GET", path, {
    headers: { "if-none-match": String(read.headers.etag) },
    may: ["304", "200", "404 unknown-object"],
  });
}

/** Page by page, while others come and go: every item once and in order. */
export async function readAll(client: AskingClient): Promise<void> {
  const collection = client.pick(["volumes", "igroups", "targets", "portal-groups", "auth-groups"]);
  let cursor: string | undefined;
  let last: string | undefined;
  do {
    const more: string = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await client.ask("list", "GET", `/v1/${collection}?limit=20${more}`, {
      may: ["200"],
      check: ({ body }) => Array.isArray(body.items) && body.items.length <= 20,
    });
    for (const { id } of (page?.body.items ?? []) as { id: string }[]) {
      if (last !== undefined && !(last < id) && collection !== "portal-groups")
        client.wrong(`${collection}: ${id} comes after ${last}`);
      last = id;
    }
    cursor = page?.body.next;
  } while (cursor !== undefined);
}

export async function readStatus(client: AskingClient): Promise<void> {
  const path = client.pick(["/v1/status", "/v1/sessions", "/v1/luns", "/v1/top", "/v1/tasks", "/v1/plan", "/v1/whoami"]);
  await client.ask(`read ${path}`, "GET", path, { may: ["200"] });
}

export async function invalid(client: AskingClient): Promise<void> {
  const name = client.name("v");
  const bad = (path: string, body: unknown, outcome: string, pointer?: string): Promise<unknown> =>
    client.ask("invalid", "POST", path, { body, may: [outcome] }).then((answer) => {
      if (pointer !== undefined && !answer?.body.errors?.some((each: { pointer?: string }) => each.pointer === pointer))
        client.wrong(`${path} ${JSON.stringify(body)}: nothing points at ${pointer}`);
    });
  const unused = client.ownName();
  await client.pick([
    () => bad("/v1/volumes", { name, size: MiB, sizes: 1 }, "422 invalid-object", "/sizes"),
    () => bad("/v1/volumes", { name, size: true }, "422 invalid-object", "/size"),
    () => bad("/v1/volumes", { name: unused, size: "much", create: "thin" }, "422 invalid-object", "/size"),
    () => bad("/v1/volumes", { size: MiB }, "422 invalid-object", "/name"),
    () => bad("/v1/igroups", { name: unused, os_type: "beos" }, "422 invalid-object", "/os_type"),
    () => bad("/v1/igroups", { name: unused, initiators: ["nobody"] }, "422 invalid-object", "/initiators/0"),
    () => bad("/v1/volumes", '{"name":', "400 malformed-json"),
    () => bad("/v1/volumes", { name: unused, path: "/etc/passwd" }, "403 path-not-allowed"),
    () => bad("/v1/volumes?dry=1", { name: unused, size: MiB }, "400 bad-parameter"),
    () => bad(`${client.live}/luns`, { lun: 90, volume: unused }, "422 invalid-object", "/volume"),
  ])();
}

export async function dryRun(client: AskingClient): Promise<void> {
  const name = client.ownName();
  await client.ask("dry run", "PUT", `/v1/volumes/${name}?dry_run=1`, {
    body: { size: MiB, create: "thin" },
    may: ["200"],
    check: ({ body: { plan } }) => plan.steps.length > 0,
  });
  await client.ask("dry run left", "GET", `/v1/volumes/${name}`, { may: ["404 unknown-object"] });
}

/** Names that the prefixes of the key don't cover. No other team makes an igroup with all initiators. */
export async function outside(client: AskingClient): Promise<void> {
  const name = `c-i${client.chance(SHARED)}`;
  const initiators = [INITIATOR_NAME, client.initiator()];
  await client.ask("outside", "PUT", `/v1/igroups/${name}`, { body: { initiators }, may: ["403 not-permitted"] });
  await client.ask("outside", "PUT", `${client.live}/luns/91`, {
    body: { volume: `c-v${client.chance(SHARED)}` },
    may: ["403 not-permitted"],
  });
  await client.ask("outside", "DELETE", "/v1/targets/c-live", { may: ["403 not-permitted"] });
}

export async function mayNot(client: AskingClient): Promise<void> {
  const name = `c-v${client.chance(SHARED)}`;
  await client.ask("read only", "PUT", `/v1/volumes/${name}`, { body: { size: MiB }, may: ["403 not-permitted"] });
  await client.ask("read only", "DELETE", `/v1/volumes/${name}`, { may: ["403 not-permitted"] });
  await client.ask("read only", "GET", "/v1/audit", { may: ["403 not-permitted"] });
}

export async function notAdmin(client: AskingClient): Promise<void> {
  await client.ask("not admin", "PATCH", "/v1/limits", { body: { tasks_kept: 10 }, may: ["403 not-permitted"] });
  await client.ask("not admin", "PUT", "/v1/auth-groups/x", { body: {}, may: ["403 not-permitted"] });
  await client.ask("not admin", "GET", "/v1/api-keys", { may: ["403 not-permitted"] });
}

export async function definedInFile(client: AskingClient): Promise<void> {
  await client.ask("by hand", "PATCH", `/v1/volumes/${client.world.steadyVolume}`, {
    body: { read_only: true },
    may: ["409 defined-in-file"],
  });
}

export async function authGroup(client: AskingClient): Promise<void> {
  const path = `/v1/auth-groups/${client.name("g")}`;
  const masked: Check = ({ body: { object } }) => object.chap.every(({ secret }: { secret: string }) => secret === "***");
  if (client.chance(4) === 0) {
    await client.ask("delete auth group", "DELETE", path, { may: ["200", "404 unknown-object"] });
    return;
  }
  const chap = [{ user: `u${client.chance(9)}`, secret: `secret number ${client.chance(9)}` }];
  await client.ask("put auth group", "PUT", path, { body: { chap }, may: ["200", "201"], check: masked });
  const read = await client.get("read auth group", path);
  if (read === undefined) return;
  await client.ask("write back", "PUT", path, {
    body: read.body,
    headers: { "if-match": String(read.headers.etag) },
    may: ["200", "412 changed-meanwhile"],
    check: (answer) => masked(answer) && isDeepStrictEqual(answer.body.object, read.body),
  });
}

export async function limits(client: AskingClient): Promise<void> {
  const tasks_kept = 10 + client.chance(50);
  await client.ask("limits", "PATCH", "/v1/limits", {
    body: { tasks_kept },
    may: ["200"],
    check: ({ body: { object } }) => object.tasks_kept === tasks_kept,
  });
}

/** The group listens where nobody logs in. */
export async function portalGroup(client: AskingClient): Promise<void> {
  const name = `by-${client.number}`;
  await client.ask("portal group", "PATCH", "/v1/portal-groups/2", {
    body: { name },
    may: ["200"],
    check: ({ body: { object } }) => object.name === name,
  });
}
