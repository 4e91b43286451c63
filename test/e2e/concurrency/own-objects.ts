/** Objects that one client alone makes, changes and deletes, beside all the others: every answer is known exactly. */
import { isDeepStrictEqual } from "node:util";
import { type AskingClient, MiB } from "./asking-client.ts";

/** LUNs from here on belong to one client each. */
const OWN_LUNS = 100;

export async function ownIgroup(client: AskingClient): Promise<void> {
  const name = client.ownName();
  const path = `/v1/igroups/${name}`;
  const initiators = [client.initiator()];
  const what = "own igroup";
  const made = await client.ask(`${what} made`, "POST", "/v1/igroups", { body: { name, initiators }, may: ["201"] });
  const etag = String(made?.headers.etag);
  const { object } = made?.body ?? {};
  await client.ask(`${what} again`, "POST", "/v1/igroups", {
    body: { name, initiators },
    may: ["200"],
    check: ({ body }) => isDeepStrictEqual(body.object, object),
  });
  await client.ask(`${what} otherwise`, "POST", "/v1/igroups", {
    body: { name, initiators, os_type: "xen" },
    may: ["409 already-exists"],
  });
  await client.ask(`${what} read`, "GET", path, {
    may: ["200"],
    check: ({ body, headers }) => isDeepStrictEqual(body, object) && headers.etag === etag,
  });
  const both = await Promise.all(
    ["linux", "vmware"].map((os_type) =>
      client.ask(`${what} raced`, "PATCH", path, {
        body: { os_type },
        headers: { "if-match": etag },
        may: ["200", "412 changed-meanwhile"],
      }),
    ),
  );
  const winners = both.filter((each) => each?.status === 200);
  const winner = winners[0];
  if (winners.length !== 1) client.wrong(`${path}: of two, ${winners.length} have won`);
  await client.ask(`${what} read`, "GET", path, {
    may: ["200"],
    check: ({ body, headers }) => isDeepStrictEqual(body, winner?.body.object) && headers.etag === winner?.headers.etag,
  });
  await client.ask(`${what} deleted late`, "DELETE", path, {
    headers: { "if-match": etag },
    may: ["412 changed-meanwhile"],
  });
  await client.ask(`${what} deleted`, "DELETE", path, { headers: { "if-match": String(winner?.headers.etag) }, may: ["200"] });
  await client.ask(`${what} gone`, "GET", path, { may: ["404 unknown-object"] });
  await client.ask(`${what} gone`, "DELETE", path, { may: ["404 unknown-object"] });
}

export async function ownVolume(client: AskingClient): Promise<void> {
  const name = client.ownName();
  const path = `/v1/volumes/${name}`;
  const lun = `${client.live}/luns/${OWN_LUNS + client.number}`;
  const what = "own volume";
  const body = { name, size: MiB, create: "thin" };
  const made = await client.ask(`${what} made`, "POST", "/v1/volumes", { body, may: ["201", "202"] });
  if (made?.status === 202) await taskEnd(client, String(made.headers.location));
  await client.ask(`${what} mapped`, "PUT", lun, { body: { volume: name }, may: ["201"] });
  await client.ask(`${what} in use`, "DELETE", path, {
    may: ["409 in-use"],
  });
  const live = `${client.world.baseIqn}:${client.team.prefix}live`;
  await client.ask(`${what} grown`, "PATCH", path, {
    body: { size: "2 MiB" },
    may: ["200"],
    check: ({ body: { object, sessions } }) =>
      object.size === 2 * MiB &&
      sessions.some(
        (each: { outcome: string; session: { targetIqn: string } }) =>
          each.outcome === "unit attention" && each.session.targetIqn === live,
      ),
  });
  await client.ask(`${what} shrunk`, "POST", `${path}/resize`, { body: { size: MiB }, may: ["409 change-refused"] });
  for (const word of ["offline", "online"])
    await client.ask(`${what} ${word}`, "POST", `${path}/${word}`, {
      may: ["200"],
      check: ({ body: { object } }) => object.online === (word === "online"),
    });
  await client.ask(`${what} read`, "GET", path, {
    may: ["200"],
    check: ({ body: { status, ...object } }) =>
      object.size === 2 * MiB && status.sizeBytes === 2 * MiB && status.online === true,
  });
  await client.ask(`${what} unmapped`, "DELETE", lun, { may: ["200"] });
  await client.ask(`${what} deleted`, "DELETE", `${path}?delete_file=1`, { may: ["200"] });
  await client.ask(`${what} gone`, "GET", path, { may: ["404 unknown-object"] });
}

async function taskEnd(client: AskingClient, path: string): Promise<void> {
  for (;;) {
    const answer = await client.ask("task", "GET", path, { may: ["200"] });
    if (answer?.body.task.state !== "running") return;
  }
}
