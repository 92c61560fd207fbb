// Which screen is shown, and the way back. Nothing of it is kept: the vault is the only truth.
export type Route =
  | { screen: 'servers' }
  | { screen: 'add'; url?: string }
  | { screen: 'server'; id: string }
  | { screen: 'agents' }
  | { screen: 'activity' }
  | { screen: 'doctor'; url?: string }
  | { screen: 'settings' };

/** Further back than anyone remembers. */
const MOST_EARLIER = 50;

let current = $state<Route>({ screen: 'servers' });
let holds = 0;
let earlier: Route[] = [];

/** One name for each place that a person can be at. */
export const placeOf = (at: Route): string =>
  at.screen === 'server' ? `server ${at.id}` : at.screen;

export const route = {
  get current() {
    return current;
  },
  get held() {
    return holds > 0;
  },
  /** False, and nothing happens, while something holds the screen. */
  go(to: Route): boolean {
    if (holds > 0) return false;
    if (placeOf(to) !== placeOf(current)) earlier = [...earlier.slice(1 - MOST_EARLIER), current];
    current = to;
    return true;
  },
  /** To where the person was before; from the page of one thing to the list, if they were nowhere before. */
  back(): boolean {
    if (holds > 0) return false;
    const before = earlier.at(-1);
    if (!before && current.screen !== 'server' && current.screen !== 'add') return false;
    earlier = earlier.slice(0, -1);
    current = before ?? { screen: 'servers' };
    return true;
  },
  /** Holds the screen while something is open in it that a change of the screen would take away. Gives the release. */
  hold(): () => void {
    let holding = true;
    holds += 1;
    return () => {
      if (holding) holds -= 1;
      holding = false;
    };
  },
  /** A place that is no more is not gone back to. */
  forget(place: string) {
    earlier = earlier.filter((one) => placeOf(one) !== place);
  },
};
