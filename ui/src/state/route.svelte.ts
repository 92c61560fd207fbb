// Which screen is shown. Nothing of it is kept: the vault is the only truth.
export type Route =
  | { screen: 'servers' }
  | { screen: 'add'; url?: string }
  | { screen: 'server'; id: string }
  | { screen: 'agents' }
  | { screen: 'activity' }
  | { screen: 'doctor'; url?: string }
  | { screen: 'settings' };

let current = $state<Route>({ screen: 'servers' });
let held = $state(false);

export const route = {
  get current() {
    return current;
  },
  go(to: Route) {
    current = to;
  },
  /** While something is shown that is shown once, nothing but the person leads away from it. */
  hold(hold: boolean) {
    held = hold;
  },
  /** Where the host leads, unless the screen is held. True if it went there. */
  follow(to: Route): boolean {
    if (!held) current = to;
    return !held;
  },
};
