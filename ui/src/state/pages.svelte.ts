// The long lists: of each the window knows the page that the person asked to see, and no more.
import { asFailure, call } from '../backend';
import type { Agent } from '../bindings/Agent';
import type { Failure } from '../bindings/Failure';
import type { ListQuery } from '../bindings/ListQuery';
import type { Resource } from '../bindings/Resource';
import { show } from './shown';

/** For a choice among all of them. */
export const ALL: ListQuery = { search: null, limit: null };

/** So many are found at a glance, without a search. */
export const FEW = 20;

const STEP = 100;
/** A person who types goes on typing. */
const TYPING_MS = 150;

interface Page<T> {
  rows: T[];
  /** How many fit the search, shown or not. */
  total: number;
}

export class List<T extends { id: string }> {
  #ask: (query: ListQuery) => Promise<Page<T>>;
  #isOfLog: boolean;
  #typed = $state('');
  #search = $state('');
  #limit = $state(STEP);
  /** With the search that it is the answer to. */
  #page = $state.raw<(Page<T> & { search: string }) | null>(null);
  #all = $state(0);
  #failure = $state.raw<Failure | null>(null);
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (query: ListQuery) => Promise<Page<T>>, isOfLog = false) {
    this.#ask = ask;
    this.#isOfLog = isOfLog;
  }

  /** Null until it is known: a list that is not there yet must not look like an empty one. */
  get page() {
    return this.#page;
  }
  get rows(): T[] {
    return this.#page?.rows ?? [];
  }
  /** How many there are, by the last page that no search narrowed. */
  get all() {
    return this.#all;
  }
  get failure() {
    return this.#failure;
  }
  /** There are more than are shown. */
  get hasMore() {
    return this.#page !== null && this.#page.rows.length < this.#page.total;
  }
  get typed() {
    return this.#typed;
  }
  set typed(text: string) {
    this.#typed = text;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#narrow(), text === '' ? 0 : TYPING_MS);
  }

  find(id: string): T | undefined {
    return this.rows.find((row) => row.id === id);
  }

  more() {
    this.#limit += STEP;
  }

  /** For an effect: a screen shows it from now on. */
  show(): () => void {
    const search = this.#search;
    const query = { search: search || null, limit: this.#limit };
    return show({
      ask: () => this.#ask(query),
      found: (page) => {
        [this.#page, this.#failure] = [{ ...page, search }, null];
        if (search === '') this.#all = page.total;
      },
      failed: (thrown) => (this.#failure = asFailure(thrown)),
      isOfLog: this.#isOfLog,
    });
  }

  /** The vault is closed: nothing of it is kept. */
  forget() {
    clearTimeout(this.#typing);
    [this.#typed, this.#search, this.#limit] = ['', '', STEP];
    [this.#page, this.#all, this.#failure] = [null, 0, null];
  }

  #narrow() {
    const search = this.#typed.trim();
    if (search !== this.#search) [this.#search, this.#limit] = [search, STEP];
  }
}

export const servers = new List<Resource>(async (query) => {
  const { servers, total } = await call('resources_list', query);
  return { rows: servers, total };
});

/** When an agent asked last is in it. */
export const agents = new List<Agent>(async (query) => {
  const { agents, total } = await call('agents_list', query);
  return { rows: agents, total };
}, true);
