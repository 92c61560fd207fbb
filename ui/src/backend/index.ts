// The only folder that knows Tauri: one command to call, one event to hear.
import { invoke } from '@tauri-apps/api/core';
import { listen as onEvent } from '@tauri-apps/api/event';
import type { Commands } from '../bindings/commands';
import type { Failure } from '../bindings/Failure';
import type { Notice } from '../bindings/Notice';

type Args<K extends keyof Commands> = Commands[K]['args'] extends null ? [] : [Commands[K]['args']];

/** Runs a command; throws a `Failure` when it does not succeed. */
export async function call<K extends keyof Commands>(name: K, ...args: Args<K>): Promise<Commands[K]['answer']> {
  try {
    return await invoke('call', { name, args: args[0] ?? null });
  } catch (thrown) {
    throw asFailure(thrown);
  }
}

/** Hears what the host tells without being asked; returns how to stop. */
export async function listen(hear: (notice: Notice) => void): Promise<() => void> {
  return onEvent<Notice>('notice', (event) => hear(event.payload));
}

/** Whatever was thrown, as something that can be shown. */
export function asFailure(thrown: unknown): Failure {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown && 'hint' in thrown) {
    return thrown as Failure;
  }
  return { code: 'internal', message: String(thrown), hint: 'This is a fault of Gatelodge. Please report it.', concession: null, scopes: [] };
}
