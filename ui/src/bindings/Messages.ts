// This file was generated from messages/en. Do not edit it.
import type { MessageArg } from "./MessageArg";

/** Each message with its variables, or null if it has none. */
export interface Messages {
  'as-written': { text: MessageArg };
  'moment-utc': { moment: MessageArg };
  'span-days': { count: MessageArg };
  'span-hours': { count: MessageArg };
  'span-minutes': { count: MessageArg };
  'span-seconds': { count: MessageArg };
}
