// What the screens show of the host: each part is asked for when its screen opens, and again at each notice that may have
// changed it. What nobody sees is not fetched.
import type { Extent } from './turns';

interface Part {
  /** Gives how to show what came: all parts change at once. */
  ask: () => Promise<() => void>;
  isOfLog: boolean;
}

const parts = new Set<Part>();

interface Showing<T> {
  ask: () => Promise<T>;
  found: (answer: T) => void;
  failed: (thrown: unknown) => void;
  /** Each new line of the log changes it. */
  isOfLog?: boolean;
}

/** For an effect: from now on it is shown. What is given ends that, and an effect that asks again ends it by itself. */
export function show<T>({ ask, found, failed, isOfLog = false }: Showing<T>): () => void {
  let asked = 0;
  const part: Part = {
    isOfLog,
    ask: async () => {
      const turn = ++asked;
      // Answers may come in another order than they were asked for: what was asked last is what counts.
      const ifLast = (deed: () => void) => () => {
        if (turn === asked) deed();
      };
      try {
        const answer = await ask();
        return ifLast(() => found(answer));
      } catch (thrown) {
        return ifLast(() => failed(thrown));
      }
    },
  };
  parts.add(part);
  void part.ask().then((shows) => shows());
  return () => {
    parts.delete(part);
    asked += 1;
  };
}

/** Asks for all that is shown, or for what a line of the log changes of it. */
export async function askShown(extent: Extent): Promise<() => void> {
  const asked = [...parts].filter((part) => extent === 'all' || part.isOfLog);
  const shows = await Promise.all(asked.map((part) => part.ask()));
  return () => shows.forEach((one) => one());
}
