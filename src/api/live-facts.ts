/** What configured objects are like at this moment: the member `status`, from the daemon's answers about itself. */
import type { LunStatus, SessionStatus, TargetStatus } from "../control/service.ts";
import type { Caller } from "./caller.ts";
import type { DaemonClient } from "./daemon-client.ts";
import type { Item } from "./listing.ts";

/** By id of the object. */
type Facts = ReadonlyMap<string, Item>;
type Ask = <Answer>(path: string) => Promise<Answer>;

async function volumeFacts(ask: Ask): Promise<Facts> {
  const { luns } = await ask<{ luns: readonly LunStatus[] }>("/v1/luns");
  return new Map(luns.map(({ volume, path: _path, place: _place, ...status }) => [volume, status]));
}

async function targetFacts(ask: Ask): Promise<Facts> {
  const { targets } = await ask<{ targets: readonly TargetStatus[] }>("/v1/targets");
  return new Map(targets.map(({ iqn, sessions }) => [iqn, { sessions }]));
}

async function portalGroupFacts(ask: Ask): Promise<Facts> {
  const { sessions } = await ask<{ sessions: readonly SessionStatus[] }>("/v1/sessions");
  const counts = new Map<string, number>();
  for (const { portalGroup } of sessions) counts.set(String(portalGroup), (counts.get(String(portalGroup)) ?? 0) + 1);
  return new Map([...counts].map(([tag, count]) => [tag, { sessions: count }]));
}

interface Source {
  readonly facts: (ask: Ask) => Promise<Facts>;
  /** Of an object of which the daemon says nothing. */
  readonly none?: Item;
}

const SOURCES: Readonly<Record<string, Source>> = {
  volumes: { facts: volumeFacts },
  targets: { facts: targetFacts },
  "portal-groups": { facts: portalGroupFacts, none: { sessions: 0 } },
};

/** The objects of a collection with their `status`, where there is one. */
export async function withStatus(
  collection: string,
  items: readonly Item[],
  client: DaemonClient,
  caller: Caller | null,
): Promise<readonly Item[]> {
  const source = SOURCES[collection];
  if (source === undefined || items.length === 0) return items;
  const ask: Ask = async <Answer>(path: string) => (await client.ask({ method: "GET", path, caller })).body as Answer;
  const facts = await source.facts(ask);
  return items.map((item) => {
    const status = facts.get(String(item["id"])) ?? source.none;
    return status === undefined ? item : { ...item, status };
  });
}
