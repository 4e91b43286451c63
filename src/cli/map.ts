/** `lunette map` and `lunette unmap`: which volume stands behind which number of a target, and for whom. */
import { LUN } from "../config/schema.ts";
import { type Change, changeOptions, makeChange } from "./change.ts";
import { type ControlClient, ControlFailure } from "./control-client.ts";
import { controlVerb } from "./control-verb.ts";
import { fieldOptions, fieldsGiven } from "./field-options.ts";
import { type Entity, pathOf, TARGETS, titleOf } from "./object-noun.ts";
import { idPositional } from "./object-verbs.ts";

/** A map within its target, as the file has it. */
export interface LunMap {
  readonly lun: number;
  readonly volume: string;
  readonly igroups?: readonly string[];
  readonly read_only?: boolean;
}

/** Somebody else may take the lowest number at the same time: then it is sought again, so often. */
const ATTEMPTS = 5;

/** Its id within the target: "0", or "0@igroupA,igroupB" when it names igroups. */
export function mapId({ lun, igroups = [] }: LunMap): string {
  return igroups.length === 0 ? String(lun) : `${lun}@${igroups.toSorted().join(",")}`;
}

export function mapsOf(target: Entity): readonly LunMap[] {
  return Array.isArray(target["lun"]) ? (target["lun"] as LunMap[]) : [];
}

export const mapPath = (target: string, map: LunMap): string => pathOf(TARGETS, target, "luns", encodeURIComponent(mapId(map)));

/** A volume has one number in a target; one that has none yet gets the lowest that is free. */
export function lunFor(volume: string, maps: readonly LunMap[]): number {
  const there = maps.find((map) => map.volume === volume);
  if (there !== undefined) return there.lun;
  const taken = new Set(maps.map(({ lun }) => lun));
  let lowest = 0;
  while (taken.has(lowest)) lowest++;
  return lowest;
}

export const mapCommand = controlVerb({
  name: "map",
  parameters: "<volume> <target>",
  describe: "Show a volume to the hosts of a target as a LUN",
  builder: (parser) =>
    changeOptions(
      fieldOptions(
        idPositional(parser.positional("volume", { type: "string", demandOption: true, describe: "the volume" }), TARGETS),
        LUN,
        ["lun", "volume"],
        false,
      ).option("lun", {
        type: "string",
        requiresArg: true,
        describe: "its number (default: the one it has in this target, or the lowest free one)",
      }),
    )
      .example("$0 map vm01 vm01", "under the lowest free number; hosts that are logged in are told (3Fh/0Eh)")
      .example("$0 map iso vm01 --lun 5 --igroup web --read-only", "for one igroup, which can't write")
      .example("$0 map iso vm01 --no-read-only", "the same map, writable from now on"),
  ask: async (client, argv, terminal) => {
    const [volume, target] = [String(argv["volume"]), String(argv["target"])];
    const given = (await fieldsGiven(LUN, ["volume"], argv, terminal)) as Partial<LunMap>;
    for (let attempt = 1; ; attempt++) {
      const change = await mapChange(client, volume, target, given);
      try {
        return await makeChange(client, change, argv, terminal);
      } catch (error) {
        const raced = error instanceof ControlFailure && error.type === "already-exists" && given.lun === undefined;
        if (!raced || attempt === ATTEMPTS) throw error;
      }
    }
  },
});

/** A map that is there is changed where something else is asked for; otherwise there is a new one. */
async function mapChange(client: ControlClient, volume: string, target: string, given: Partial<LunMap>): Promise<Change> {
  const maps = mapsOf(await client.get<Entity>(pathOf(TARGETS, target)));
  const wanted: LunMap = { ...given, lun: given.lun ?? lunFor(volume, maps), volume };
  const there = maps.find((map) => mapId(map) === mapId(wanted) && map.volume === volume);
  const done = (): string =>
    `mapped ${titleOf({ ...TARGETS, title: "volume" }, volume)} as LUN ${wanted.lun} of ${titleOf(TARGETS, target)}`;
  if (there !== undefined && given.read_only !== undefined)
    return { method: "PATCH", path: mapPath(target, there), body: { read_only: given.read_only }, done };
  return { method: "POST", path: pathOf(TARGETS, target, "luns"), body: wanted, done };
}
