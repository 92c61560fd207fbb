// Keys that work everywhere in the window. While a dialog is open, none of them leads away from it.
import { leave } from './backend';
import { route, type Route } from './state/route.svelte';
import { toasts } from './state/toasts.svelte';

const places: Record<string, Route> = {
  '1': { screen: 'servers' },
  '2': { screen: 'agents' },
  '3': { screen: 'activity' },
  '4': { screen: 'doctor' },
  ',': { screen: 'settings' },
  n: { screen: 'add' },
};

export function pressed(event: KeyboardEvent, open: boolean) {
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  if (key === 'f5' || (control && key === 'r')) {
    // A page that is loaded anew has forgotten what it shows.
    event.preventDefault();
  } else if (control && (key === 'q' || key === 'w')) {
    event.preventDefault();
    leave(key === 'q' ? 'quit' : 'close', false).catch(toasts.thrown);
  } else if (open && !route.held) {
    move(event, key, control);
  }
}

function move(event: KeyboardEvent, key: string, control: boolean) {
  const to = control && !event.altKey && !event.shiftKey ? places[key] : undefined;
  const back = event.altKey
    ? key === 'arrowleft'
    : key === 'escape' && isBelow() && !hasText(event.target);
  if (to) route.go(to);
  else if (back) route.back();
  if (to || back) event.preventDefault();
}

/** Escape leads out of a page that was opened from a list. */
function isBelow(): boolean {
  return route.current.screen === 'server' || route.current.screen === 'add';
}

function hasText(target: EventTarget | null): boolean {
  return (
    (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) &&
    target.value !== ''
  );
}
