// Which screen is shown. Nothing of it is kept: the vault is the only truth.
export type Route =
  | { screen: 'servers' }
  | { screen: 'add'; url?: string }
  | { screen: 'server'; id: string }
  | { screen: 'agents' }
  | { screen: 'activity' };

let current = $state<Route>({ screen: 'servers' });

export const route = {
  get current() {
    return current;
  },
  go(to: Route) {
    current = to;
  },
};
