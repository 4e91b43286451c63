/** `lunette unmap`: takes a volume away from the hosts of a target. */
import type { ArgumentsCamelCase } from "yargs";
import { changeOptions, makeChange } from "./change.ts";
import { ControlFailure } from "./control-client.ts";
import { controlVerb, UsageFault } from "./control-verb.ts";
import { type LunMap, mapId, mapPath, mapsOf } from "./map.ts";
import { type Entity, pathOf, TARGETS, titleOf } from "./object-noun.ts";
import { idPositional } from "./object-verbs.ts";

export const unmapCommand = controlVerb({
  name: "unmap",
  parameters: "<volume> <target>",
  describe: "Take a volume away from the hosts of a target; its data stay",
  builder: (parser) =>
    changeOptions(
      idPositional(
        parser.positional("volume", { type: "string", demandOption: true, describe: "the volume, or the number of its LUN" }),
        TARGETS,
      ).option("igroup", {
        type: "string",
        requiresArg: true,
        describe: "of several maps the one for this igroup (with commas: for these; all: for every igroup)",
      }),
    )
      .example("$0 unmap vm01 vm01 --dry-run", "which sessions lose it")
      .example("$0 unmap 5 vm01", "whatever is LUN 5; hosts are told (3Fh/0Eh)"),
  ask: async (client, argv, terminal) => {
    const [what, target] = [String(argv["volume"]), String(argv["target"])];
    const maps = mapsOf(await client.get<Entity>(pathOf(TARGETS, target)));
    const map = chosen(maps, what, target, argv);
    const done = (): string => `unmapped volume "${map.volume}", LUN ${map.lun} of ${titleOf(TARGETS, target)}`;
    return makeChange(client, { method: "DELETE", path: mapPath(target, map), done }, argv, terminal);
  },
});

function chosen(maps: readonly LunMap[], what: string, target: string, argv: ArgumentsCamelCase): LunMap {
  const byName = maps.filter(({ volume }) => volume === what);
  const byNumber = maps.filter(({ lun }) => String(lun) === what);
  // Taking away the wrong disk is worse than asking again.
  if (byName.length > 0 && byNumber.some((map) => !byName.includes(map)))
    throw new UsageFault(
      `"${what}" is the name of one volume there and the number of another: name the other one by its volume`,
    );
  const candidates = byName.length > 0 ? byName : byNumber;
  const igroup = argv["igroup"];
  const found =
    igroup === undefined
      ? candidates
      : candidates.filter((map) => igroupsOf(map) === String(igroup).split(",").toSorted().join(","));
  const [only, ...others] = found;
  if (only === undefined) {
    const known = maps.map((map) => `${mapId(map)}=${map.volume}`).join(", ") || "nothing";
    throw new ControlFailure(`${titleOf(TARGETS, target)} has no such map. It has ${known}`);
  }
  if (others.length > 0)
    throw new UsageFault(`there are several: say which with --igroup (${found.map(igroupsOf).join(" or ")})`);
  return only;
}

const igroupsOf = ({ igroups = [] }: LunMap): string => (igroups.length === 0 ? "all" : igroups.toSorted().join(","));
