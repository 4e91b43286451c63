/** `lunette target …`: what initiators log in to, and who may. */
import { ACCESS, TARGET_REDIRECT } from "../config/schema.ts";
import { changeOptions, makeChange } from "./change.ts";
import { controlVerb } from "./control-verb.ts";
import { fieldOptions, fieldsGiven } from "./field-options.ts";
import { type Entity, pathOf, TARGETS, titleOf } from "./object-noun.ts";
import { createVerb, deleteVerb, idPositional, listVerb, patchVerb, setVerb, showVerb } from "./object-verbs.ts";
import { redirectVerb } from "./redirect.ts";
import type { Column } from "./table.ts";
import { verbGroup } from "./verb.ts";

/** iSCSI names in full (RFC 7143 4.2.7); anything else is a short name. */
const FULL_NAME = /^(iqn|eui|naa)\./i;
const ID_KEYS = ["name", "iqn"];

interface AccessEntry {
  readonly igroup: string;
  readonly auth: string;
}

const COLUMNS: readonly Column<Entity>[] = [
  { title: "TARGET", cell: ({ id }) => id },
  {
    title: "WANTED",
    cell: ({ online }) => (online === false ? "offline" : "online"),
    colour: ({ online }) => (online === false ? "yellow" : undefined),
  },
  { title: "PORTALS", cell: ({ portal_groups }) => (Array.isArray(portal_groups) ? portal_groups.join(",") : "all") },
  {
    title: "ADMITS",
    cell: ({ access }) => listOf<AccessEntry>(access, ({ igroup, auth }) => `${igroup} (${auth})`) || "nobody",
  },
  {
    title: "LUNS",
    cell: ({ lun }) => listOf<{ lun: number; volume: string }>(lun, (map) => `${map.lun}=${map.volume}`) || "none",
  },
];

const listOf = <Item>(value: unknown, text: (item: Item) => string): string =>
  Array.isArray(value) ? value.map((each: Item) => text(each)).join(", ") : "";

const allow = controlVerb({
  name: "target allow",
  parameters: "<target> <igroup>",
  describe: "Admit the initiators of an igroup, or say anew how they prove themselves",
  builder: (parser) =>
    changeOptions(
      fieldOptions(
        idPositional(parser, TARGETS).positional("igroup", {
          type: "string",
          demandOption: true,
          describe: 'the igroup, or "any" for every initiator',
        }),
        ACCESS,
        ["igroup"],
        true,
      ),
    )
      .example("$0 target allow vm01 hosts --auth none", "whoever is in the igroup may log in")
      .example("$0 target allow vm01 esx --auth chap --auth-group esx", "after CHAP with a user of that auth group"),
  ask: async (client, argv, terminal) => {
    const [id, igroup] = [String(argv["target"]), String(argv["igroup"])];
    const body = { igroup, ...(await fieldsGiven(ACCESS, ["igroup"], argv, terminal)) };
    const path = pathOf(TARGETS, id, "access", encodeURIComponent(igroup));
    const done = (): string => `admitted igroup "${igroup}" to ${titleOf(TARGETS, id)}`;
    return makeChange(client, { method: "PUT", path, body, done }, argv, terminal);
  },
});

const deny = controlVerb({
  name: "target deny",
  parameters: "<target> <igroup>",
  describe: "Admit the initiators of an igroup no longer: their sessions end",
  builder: (parser) =>
    changeOptions(
      idPositional(parser, TARGETS).positional("igroup", { type: "string", demandOption: true, describe: "the igroup" }),
    ).example("$0 target deny vm01 hosts --dry-run", "whose sessions would end"),
  ask: (client, argv, terminal) => {
    const [id, igroup] = [String(argv["target"]), String(argv["igroup"])];
    const path = pathOf(TARGETS, id, "access", encodeURIComponent(igroup));
    const done = (): string => `igroup "${igroup}" is no longer admitted to ${titleOf(TARGETS, id)}`;
    return makeChange(client, { method: "DELETE", path, done }, argv, terminal);
  },
});

export const targetCommand = verbGroup("target", "List, create and change targets, and who may log in", [
  listVerb(TARGETS, COLUMNS),
  showVerb(TARGETS, "vm01"),
  createVerb(TARGETS, {
    idDoc: "its short name, or its iSCSI name in full",
    idKeys: ID_KEYS,
    idFields: (name) => (FULL_NAME.test(name) ? { iqn: name } : { name }),
    examples: [
      ["vm01 --portal-groups 1,2", "nobody may log in until target allow says who"],
      ["iqn.2026-11.com.example:archive --alias archive", "with a name in full"],
    ],
  }),
  setVerb(TARGETS, ID_KEYS, [["vm01 --portal-groups 2", "reachable through this group alone; sessions through others end"]]),
  allow,
  deny,
  redirectVerb(TARGETS, TARGET_REDIRECT, "vm01"),
  patchVerb(TARGETS, {
    verb: "offline",
    describe: "Let nobody log in (0301h), and ask those who are to log out",
    body: { online: false },
    done: "took offline",
    example: "vm01",
    why: "sessions end after a logout; what is configured stays",
  }),
  patchVerb(TARGETS, {
    verb: "online",
    describe: "Let initiators log in again",
    body: { online: true },
    done: "brought online",
    example: "vm01",
    why: "hosts come back by themselves",
  }),
  deleteVerb(TARGETS, { example: "vm01", what: "sessions to it end; its volumes stay" }),
]);
