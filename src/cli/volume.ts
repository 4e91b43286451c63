/** `lunette volume …`: what backs LUNs. */
import { formatSize } from "../common/units.ts";
import { changeOptions, makeChange } from "./change.ts";
import { controlVerb } from "./control-verb.ts";
import { sizeOf } from "./field-options.ts";
import { type Entity, pathOf, titleOf, VOLUMES } from "./object-noun.ts";
import { createVerb, deleteVerb, idPositional, listVerb, patchVerb, setVerb, showVerb } from "./object-verbs.ts";
import type { Column } from "./table.ts";
import { verbGroup } from "./verb.ts";

const ID_KEYS = ["name"];

const COLUMNS: readonly Column<Entity>[] = [
  { title: "VOLUME", cell: ({ id }) => id },
  { title: "SIZE", right: true, cell: ({ size }) => (typeof size === "number" ? formatSize(size) : "as it is") },
  {
    title: "WANTED",
    cell: ({ online }) => (online === false ? "offline" : "online"),
    colour: ({ online }) => (online === false ? "yellow" : undefined),
  },
  { title: "WRITES", cell: writesOf },
  { title: "PATH", cell: ({ path }) => String(path) },
];

function writesOf({ read_only, write_cache }: Entity): string {
  if (read_only === true) return "refused";
  return write_cache === false ? "through" : "cached";
}

const resize = controlVerb({
  name: "volume resize",
  parameters: "<volume> <size>",
  describe: "Grow a volume while hosts use it; with --force also make it smaller",
  builder: (parser) =>
    changeOptions(
      idPositional(parser, VOLUMES).positional("size", {
        type: "string",
        demandOption: true,
        describe: "the new size, as in the file",
      }),
    )
      .example('$0 volume resize vm01 "20 GiB"', "hosts are told (2Ah/09h) and see the new capacity without a new login")
      .example('$0 volume resize vm01 "20 GiB" --dry-run', "which sessions that would be"),
  ask: (client, argv, terminal) => {
    const id = String(argv["volume"]);
    const size = sizeOf("size", String(argv["size"]));
    const done = (): string => `resized ${titleOf(VOLUMES, id)} to ${formatSize(size)}`;
    return makeChange(client, { method: "PATCH", path: pathOf(VOLUMES, id), body: { size }, done }, argv, terminal);
  },
});

export const volumeCommand = verbGroup("volume", "List, create and change volumes", [
  listVerb(VOLUMES, COLUMNS),
  showVerb(VOLUMES, "vm01"),
  createVerb(VOLUMES, {
    idDoc: "its name; the volume's id for hosts derives from it",
    idKeys: ID_KEYS,
    idFields: (name) => ({ name }),
    chosen: { path: "NAME.img in the first folder of api.volume_folders" },
    examples: [
      ['vm01 --size "10 GiB" --create thin', "a file in the first folder of api.volume_folders"],
      [
        'vm02 --size "1.5 TB" --create thick',
        "its space is reserved; a bar shows how far it is, and Ctrl-C leaves it to the daemon",
      ],
      [
        "db --path /dev/vg0/db --write-cache=false",
        "a block device, of which every write is durable before its status is sent",
      ],
    ],
  }),
  setVerb(VOLUMES, ID_KEYS, [
    ["vm01 --no-write-cache", "every write is durable before its status is sent"],
    ["vm01 --unset serial", "the serial number that derives from the name"],
  ]),
  resize,
  patchVerb(VOLUMES, {
    verb: "offline",
    describe: "Close a volume: hosts keep the disk and get NOT READY (04h/03h)",
    body: { online: false },
    done: "took offline",
    example: "vm01",
    why: "before its filesystem is unmounted",
  }),
  patchVerb(VOLUMES, {
    verb: "online",
    describe: "Open a volume again",
    body: { online: true },
    done: "brought online",
    example: "vm01",
    why: "hosts go on where they were",
  }),
  deleteVerb(VOLUMES, {
    example: "vm01",
    what: "its file stays, with its data",
    more: (parser) =>
      parser
        .option("delete-file", {
          type: "boolean",
          default: false,
          describe: "also the file and its data, if Lunette has created it",
        })
        .example("$0 volume delete vm01 --delete-file", "the file too: its data are gone"),
    query: (argv) => (argv["deleteFile"] === true ? { delete_file: "1" } : {}),
    done: (argv) => (argv["deleteFile"] === true ? " and its file" : "; its file stays"),
  }),
]);
