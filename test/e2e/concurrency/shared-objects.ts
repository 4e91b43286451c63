/**
 * Objects that several clients make, change and delete at once: an answer tells a state that there can have been, or is a 404, 409 or 412, and
 * 422 where a name that the body has may be gone.
 */
import { isDeepStrictEqual } from "node:util";
import { type AskingClient, count, MiB } from "./asking-client.ts";

const LUNS = 6;
const OS_TYPES = ["linux", "windows", "vmware", "freebsd", "xen", "other"];

export async function createVolume(client: AskingClient): Promise<void> {
  const name = client.name("v");
  const size = (1 + client.chance(3)) * MiB;
  await client.ask("create volume", "POST", "/v1/volumes", {
    body: { name, size, create: "thin" },
    may: ["201", "202", "200", "409 already-exists"],
    check: ({ body: { object } }) => object.id === name && object.size === size && object.home === "managed",
  });
}

export async function growVolume(client: AskingClient): Promise<void> {
  const path = `/v1/volumes/${client.name("v")}`;
  const read = await client.get("read volume", path);
  if (read === undefined) return;
  const size = read.body.size + MiB;
  await client.ask("grow volume", "POST", `${path}/resize`, {
    body: { size },
    headers: { "if-match": String(read.headers.etag) },
    may: ["200", "404 unknown-object", "412 changed-meanwhile"],
    check: ({ body: { object } }) => object.size === size && object.uuid === read.body.uuid,
  });
}

export async function resizeVolume(client: AskingClient): Promise<void> {
  const size = (1 + client.chance(8)) * MiB;
  await client.ask("resize volume", "POST", `/v1/volumes/${client.name("v")}/resize`, {
    body: { size: `${size / MiB} MiB` },
    // A mapped volume does not shrink.
    may: ["200", "404 unknown-object", "409 change-refused"],
    check: ({ body: { object } }) => object.size === size,
  });
}

export async function switchVolume(client: AskingClient): Promise<void> {
  const online = client.chance(3) > 0;
  await client.ask("switch volume", "POST", `/v1/volumes/${client.name("v")}/${online ? "online" : "offline"}`, {
    may: ["200", "404 unknown-object"],
    check: ({ body: { object } }) => object.online === online,
  });
}

export async function deleteVolume(client: AskingClient): Promise<void> {
  await client.ask("delete volume", "DELETE", `/v1/volumes/${client.name("v")}?delete_file=1`, {
    may: ["200", "404 unknown-object", "409 in-use"],
    check: ({ body }) => body.object === undefined,
  });
}

export async function map(client: AskingClient): Promise<void> {
  const volume = client.name("v");
  const lun = 1 + client.chance(LUNS);
  await client.ask("map", "PUT", `${client.live}/luns/${lun}`, {
    body: { volume },
    // Nobody has made the volume, or somebody has deleted it.
    may: ["200", "201", "422 invalid-object"],
    check: ({ body: { object } }) => object.volume === volume && object.lun === lun,
  });
}

export async function unmap(client: AskingClient): Promise<void> {
  await client.ask("unmap", "DELETE", `${client.live}/luns/${1 + client.chance(LUNS)}`, {
    may: ["200", "404 unknown-object"],
  });
}

export async function createIgroup(client: AskingClient): Promise<void> {
  const body = { name: client.name("i"), initiators: [client.initiator()] };
  await client.ask("create igroup", "POST", "/v1/igroups", {
    body,
    may: ["201", "200", "409 already-exists"],
    check: ({ body: { object } }) => object.id === body.name && isDeepStrictEqual(object.initiators, body.initiators),
  });
}

export async function changeIgroup(client: AskingClient): Promise<void> {
  const path = `/v1/igroups/${client.name("i")}`;
  const os_type = client.pick(OS_TYPES);
  const fresh = client.chance(2) > 0;
  const read = fresh ? await client.get("read igroup", path) : undefined;
  if (fresh && read === undefined) return;
  await client.ask(fresh ? "change igroup if-match" : "change igroup", "PATCH", path, {
    body: { os_type },
    headers: fresh ? { "if-match": String(read?.headers.etag) } : {},
    may: ["200", "404 unknown-object", ...(fresh ? ["412 changed-meanwhile"] : [])],
    check: ({ body: { object } }) =>
      object.os_type === os_type &&
      (read === undefined || (object.uuid === read.body.uuid && isDeepStrictEqual(object.initiators, read.body.initiators))),
  });
}

export async function initiators(client: AskingClient): Promise<void> {
  const initiator = client.initiator();
  const path = `/v1/igroups/${client.name("i")}/initiators/${encodeURIComponent(initiator)}`;
  if (client.chance(2) > 0)
    await client.ask("add initiator", "PUT", path, {
      body: {},
      may: ["200", "201", "404 unknown-object"],
      check: ({ body: { object } }) => object.initiator === initiator,
    });
  else await client.ask("remove initiator", "DELETE", path, { may: ["200", "404 unknown-object"] });
}

export async function deleteIgroup(client: AskingClient): Promise<void> {
  await client.ask("delete igroup", "DELETE", `/v1/igroups/${client.name("i")}`, {
    may: ["200", "404 unknown-object", "409 in-use"],
    check: ({ body }) => body.object === undefined,
  });
}

export async function target(client: AskingClient): Promise<void> {
  const name = client.name("t");
  const alias = `by-${client.number}`;
  const only = client.chance(2) > 0;
  await client.ask("put target", "PUT", `/v1/targets/${name}`, {
    body: { alias },
    headers: only ? { "if-none-match": "*" } : {},
    // With other access entries and maps it concerns igroups of the team alone, so prefixes never stand against it.
    may: only ? ["201", "412 changed-meanwhile"] : ["200", "201"],
    check: ({ body: { object } }) =>
      object.id === `${client.world.baseIqn}:${name}` && object.alias === alias && object.access.length === 0,
  });
}

export async function access(client: AskingClient): Promise<void> {
  const igroup = client.name("i");
  const path = `/v1/targets/${client.name("t")}/access`;
  if (client.chance(3) > 0)
    await client.ask("add access", "POST", path, {
      body: { igroup, auth: "none" },
      may: ["201", "200", "404 unknown-object", "422 invalid-object"],
      check: ({ body: { object } }) => object.igroup === igroup && object.auth === "none",
    });
  else await client.ask("remove access", "DELETE", `${path}/${igroup}`, { may: ["200", "404 unknown-object"] });
}

export async function deleteTarget(client: AskingClient): Promise<void> {
  await client.ask("delete target", "DELETE", `/v1/targets/${client.name("t")}`, { may: ["200", "404 unknown-object"] });
}

/** Two changes with one ETag: at most one of them is made. */
export async function race(client: AskingClient): Promise<void> {
  const path = `/v1/igroups/${client.name("i")}`;
  const read = await client.get("read igroup", path);
  if (read === undefined) return;
  const others = OS_TYPES.filter((each) => each !== read.body.os_type);
  const both = await Promise.all(
    [others[0], others[1]].map((os_type) =>
      client.ask("race", "PATCH", path, {
        body: { os_type },
        headers: { "if-match": String(read.headers.etag) },
        may: ["200", "404 unknown-object", "412 changed-meanwhile"],
        check: ({ body: { object } }) => object.os_type === os_type,
      }),
    ),
  );
  if (both.filter((each) => each?.status === 200).length > 1) client.wrong(`${path}: both have won`);
}

export async function increment(client: AskingClient): Promise<void> {
  const path = `/v1/targets/${client.team.prefix}counter`;
  const read = await client.get("read counter", path, ["200"]);
  if (read === undefined) return;
  const next = String(Number(read.body.alias) + 1);
  const answer = await client.ask("increment", "PATCH", path, {
    body: { alias: next },
    headers: { "if-match": String(read.headers.etag) },
    may: ["200", "412 changed-meanwhile"],
    check: ({ body: { object } }) => object.alias === next,
  });
  if (answer?.status === 200) count(client.world.seen.increments, path);
}
