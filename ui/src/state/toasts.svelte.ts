// Short messages about what just happened. They leave by themselves; failures stay until they are dismissed.
import type { Failure } from '../bindings/Failure';

export interface Toast {
  id: number;
  text: string;
  failure: Failure | null;
}

const STAY_MS = 5000;
let next = 1;
let shown = $state<Toast[]>([]);

export const toasts = {
  get all() {
    return shown;
  },
  say(text: string) {
    const id = next++;
    shown = [...shown, { id, text, failure: null }];
    setTimeout(() => toasts.dismiss(id), STAY_MS);
  },
  fail(failure: Failure) {
    // The same failure twice is one message.
    shown = [...shown.filter((toast) => toast.failure?.code !== failure.code), { id: next++, text: failure.message, failure }];
  },
  dismiss(id: number) {
    shown = shown.filter((toast) => toast.id !== id);
  },
};
