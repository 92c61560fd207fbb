// The only folder that knows Tauri: commands to call, events to hear.
import { invoke } from '@tauri-apps/api/core';
import { listen as onEvent } from '@tauri-apps/api/event';
import type { Commands } from '../bindings/commands';
import type { Failure } from '../bindings/Failure';
import type { Notice } from '../bindings/Notice';
import { t } from '../words/messages';

type Args<K extends keyof Commands> = Commands[K]['args'] extends null ? [] : [Commands[K]['args']];

/** Runs a command; throws a `Failure` when it does not succeed. */
export async function call<K extends keyof Commands>(
  name: K,
  ...args: Args<K>
): Promise<Commands[K]['answer']> {
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

/** Closing leaves the program running; quitting ends it. */
export type LeaveKind = 'close' | 'quit';

/** Why the program asks before the person leaves: the page holds something, or nothing would show the way back. */
export interface LeaveRequest {
  way: LeaveKind;
  why: 'held' | 'unseen';
}

/** Nobody leaves without being asked, from now on or no more. */
export async function holdWindow(held: boolean): Promise<void> {
  await invoke('hold', { held });
}

/** As by the window's own button; with `sure`, without any question. */
export async function leave(way: LeaveKind, sure: boolean): Promise<void> {
  await invoke('leave', { way, sure });
}

/** Hears that the person is about to leave, and has to be asked. */
export async function onLeaveRequest(hear: (leaving: LeaveRequest) => void): Promise<() => void> {
  return onEvent<LeaveRequest>('leaving', (event) => hear(event.payload));
}

/** Whatever was thrown, as something that can be shown. */
export function asFailure(thrown: unknown): Failure {
  if (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    'message' in thrown &&
    'hint' in thrown
  ) {
    return thrown as Failure;
  }
  return {
    code: 'internal',
    message: String(thrown),
    hint: t('failure-internal'),
    remedies: [],
    concession: null,
    scopes: [],
  };
}
