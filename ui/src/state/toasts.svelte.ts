// Short messages about what just happened. They leave by themselves; failures stay until they are dismissed.
import { asFailure } from '../backend';
import type { Failure } from '../bindings/Failure';

export interface Toast {
  id: number;
  text: string;
  failure: Failure | null;
  /** What takes it back again. */
  undo: (() => void) | null;
}

const STAY_MS = 5000;
/** Long enough to notice a slip of the hand. */
const UNDO_MS = 10_000;
let next = 1;
let shown = $state<Toast[]>([]);

export const toasts = {
  get all() {
    return shown;
  },
  say(text: string, undo: (() => void) | null = null) {
    const id = next++;
    shown = [...shown, { id, text, failure: null, undo }];
    setTimeout(() => toasts.dismiss(id), undo ? UNDO_MS : STAY_MS);
  },
  fail(failure: Failure) {
    // The same failure twice is one message.
    shown = [
      ...shown.filter((toast) => toast.text !== failure.message),
      { id: next++, text: failure.message, failure, undo: null },
    ];
  },
  /** For deeds that nothing waits for. */
  thrown(thrown: unknown) {
    toasts.fail(asFailure(thrown));
  },
  dismiss(id: number) {
    shown = shown.filter((toast) => toast.id !== id);
  },
};
