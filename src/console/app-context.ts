/** What every view may use. */

import { type Caller, ROLES, type Role } from "./answers.ts";
import type { ApiClient } from "./api-client.ts";
import type { Live } from "./live.ts";
import { useContext } from "./vendor/hooks.js";
import { createContext } from "./vendor/preact.js";

export interface App {
  readonly client: ApiClient;
  readonly live: Live;
  readonly caller: Caller;
  /** Says it at the foot of the page and to screen readers. */
  readonly notify: (text: string) => void;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error("a view was drawn outside the app");
  return app;
}

export const may = (caller: Caller, wanted: Role): boolean => ROLES.indexOf(caller.role) >= ROLES.indexOf(wanted);
