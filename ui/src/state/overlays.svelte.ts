// What a person may see only once, or must not miss: it belongs to the window and not to a screen, so that neither
// another screen nor a lock of the vault takes it away.
import type { AgentKey } from '../bindings/AgentKey';
import type { Receipt } from '../bindings/Receipt';

let key = $state<AgentKey | null>(null);
let receipts = $state<Receipt[]>([]);

export const overlays = {
  /** A key of an agent. Only the person's own "Done" takes it away. */
  get key() {
    return key;
  },
  showKey(made: AgentKey) {
    key = made;
  },
  keyIsStored() {
    key = null;
  },
  /** What each party answered when something was taken back. */
  get receipts() {
    return receipts;
  },
  showReceipts(shown: Receipt[]) {
    receipts = shown;
  },
};
