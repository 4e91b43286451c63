/** Clients of the REST API that do, in random order, whatever their role allows, until the time is over. */
import { setTimeout as sleep } from "node:timers/promises";
import { AskingClient, type Team, type World } from "./asking-client.ts";
import { ownIgroup, ownVolume } from "./own-objects.ts";
import * as refusals from "./reads-and-refusals.ts";
import * as shared from "./shared-objects.ts";

const READ_PAUSE_MS = 100;

type Operation = (client: AskingClient) => Promise<void>;

const READS: readonly Operation[] = [refusals.readOne, refusals.readAll, refusals.readStatus];
/** What creates and maps is there twice, so that there is something to change. */
const CHANGES: readonly Operation[] = [
  ...[shared.createVolume, shared.createVolume, shared.growVolume, shared.resizeVolume, shared.switchVolume],
  ...[shared.deleteVolume, shared.map, shared.map, shared.unmap, shared.createIgroup, shared.createIgroup],
  ...[shared.changeIgroup, shared.initiators, shared.deleteIgroup, shared.target, shared.access, shared.deleteTarget],
  ...[shared.race, shared.increment, shared.increment, refusals.invalid, refusals.dryRun, ownIgroup, ownVolume],
];

function operationsOf({ role, restricted }: Team): readonly Operation[] {
  if (role === "read") return [...READS, refusals.mayNot];
  const { authGroup, limits, portalGroup, definedInFile, outside, notAdmin } = refusals;
  const operate = restricted ? [outside, notAdmin] : [notAdmin, definedInFile];
  return [...READS, ...CHANGES, ...(role === "admin" ? [authGroup, limits, portalGroup, definedInFile] : operate)];
}

export async function runClient(world: World, team: Team, number: number, seed: number): Promise<void> {
  const client = new AskingClient(world, team, number, seed);
  const operations = operationsOf(team);
  while (performance.now() < world.end && !world.seen.enough) {
    const operation = client.pick(operations);
    try {
      await operation(client);
    } catch (error) {
      client.wrong(`${operation.name}: ${error}`);
    }
    // Questions are answered at once: without a pause they would be most of it.
    if (READS.includes(operation)) await sleep(READ_PAUSE_MS);
  }
  client.close();
}
