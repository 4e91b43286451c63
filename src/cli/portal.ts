/** `lunette portal …`: addresses to listen on, and the groups that they belong to. */
import { PORTAL_GROUP_REDIRECT } from "../config/schema.ts";
import { addVerb, type Elements, removeVerb } from "./element-verbs.ts";
import { wholeNumber } from "./field-options.ts";
import { type Entity, PORTAL_GROUPS } from "./object-noun.ts";
import { createVerb, deleteVerb, listVerb, setVerb, showVerb } from "./object-verbs.ts";
import { redirectVerb } from "./redirect.ts";
import type { Column } from "./table.ts";
import { verbGroup } from "./verb.ts";

const ID_KEYS = ["tag"];

const COLUMNS: readonly Column<Entity>[] = [
  { title: "TAG", right: true, cell: ({ id }) => id },
  { title: "NAME", cell: ({ name }) => (typeof name === "string" ? name : "-") },
  { title: "PORTALS", cell: ({ portals }) => (Array.isArray(portals) ? portals.join(", ") : "-") },
  { title: "ACCESS STATE", cell: ({ access_state }) => String(access_state ?? "-") },
];

const PORTALS: Elements = {
  noun: PORTAL_GROUPS,
  words: "portal",
  collection: "portals",
  member: "address",
  describe: "an address that a portal group listens on",
  example: "1 192.0.2.10:3260",
  added: "initiators can log in there from now on",
  removed: "nobody can connect there any more; connections that exist stay",
};

const group = verbGroup("group", "List, create and change portal groups", [
  listVerb(PORTAL_GROUPS, COLUMNS),
  showVerb(PORTAL_GROUPS, "1"),
  createVerb(PORTAL_GROUPS, {
    idDoc: "its target portal group tag, 1 to 65535",
    idKeys: ID_KEYS,
    idFields: (tag) => ({ tag: wholeNumber("tag", tag) }),
    examples: [["2 --name back --portals 198.51.100.10:3260", "a second network"]],
  }),
  setVerb(PORTAL_GROUPS, ID_KEYS, [
    ["2 --access-state standby", "hosts with multipath prefer other paths; they are told (2Ah/06h)"],
  ]),
  redirectVerb(PORTAL_GROUPS, PORTAL_GROUP_REDIRECT, "2"),
  deleteVerb(PORTAL_GROUPS, { example: "2", what: "sessions through it end" }),
]);

export const portalCommand = verbGroup("portal", "List and change the addresses to listen on, and their groups", [
  { ...listVerb({ ...PORTAL_GROUPS, words: "portal" }, COLUMNS), describe: "List the addresses, by portal group" },
  addVerb(PORTALS),
  removeVerb(PORTALS),
  group,
]);
