/** An answer of the sidecar that is asked for again and again while the tab is looked at. */
import type { ApiProblem } from "./api-client.ts";
import { problemOf } from "./live.ts";
import { useCallback, useEffect, useRef, useState } from "./vendor/hooks.js";

export interface Fetched<T> {
  /** The last answer, kept while later ones fail. */
  readonly value: T | undefined;
  readonly problem: ApiProblem | undefined;
  readonly again: () => void;
}

/** `key` names what is asked: with another one the answer starts anew. */
export function useAnswer<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, periodMs: number): Fetched<T> {
  const [state, setState] = useState<{ key: string; value: T | undefined; problem: ApiProblem | undefined }>({
    key,
    value: undefined,
    problem: undefined,
  });
  const [turn, setTurn] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;

  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      if (!document.hidden) {
        try {
          const value = await latest.current(ended.signal);
          if (ended.signal.aborted) return;
          setState({ key, value, problem: undefined });
        } catch (error) {
          if (ended.signal.aborted) return;
          setState((before) => ({ key, value: before.key === key ? before.value : undefined, problem: problemOf(error) }));
        }
      }
      timer = setTimeout(run, periodMs);
    };
    void run();
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [key, turn, periodMs]);

  const again = useCallback(() => setTurn((count) => count + 1), []);
  return state.key === key ? { ...state, again } : { value: undefined, problem: undefined, again };
}
