// This file was generated from crates/api/src/commands.rs. Do not edit it.
import type { Agent } from "./Agent";
import type { AgentAdd } from "./AgentAdd";
import type { AgentId } from "./AgentId";
import type { AgentKey } from "./AgentKey";
import type { Event } from "./Event";
import type { EventQuery } from "./EventQuery";
import type { Grant } from "./Grant";
import type { GrantId } from "./GrantId";
import type { LoginBegin } from "./LoginBegin";
import type { LoginId } from "./LoginId";
import type { LoginPaste } from "./LoginPaste";
import type { LoginStarted } from "./LoginStarted";
import type { PermitGive } from "./PermitGive";
import type { PermitId } from "./PermitId";
import type { Receipt } from "./Receipt";
import type { Resource } from "./Resource";
import type { ResourceAdd } from "./ResourceAdd";
import type { ResourceCheck } from "./ResourceCheck";
import type { ResourceDetail } from "./ResourceDetail";
import type { ResourceId } from "./ResourceId";
import type { ResourceRename } from "./ResourceRename";
import type { Status } from "./Status";
import type { VaultCreate } from "./VaultCreate";
import type { VaultUnlock } from "./VaultUnlock";

/** Each command with what it takes and what it answers. */
export interface Commands {
  status: { args: null; answer: Status };
  vault_create: { args: VaultCreate; answer: Status };
  vault_unlock: { args: VaultUnlock; answer: Status };
  vault_lock: { args: null; answer: Status };
  demo_start: { args: null; answer: Status };
  demo_stop: { args: null; answer: Status };
  resources_list: { args: null; answer: Array<Resource> };
  resource_show: { args: ResourceId; answer: ResourceDetail };
  resource_add: { args: ResourceAdd; answer: ResourceDetail };
  resource_check: { args: ResourceCheck; answer: ResourceDetail };
  resource_rename: { args: ResourceRename; answer: ResourceDetail };
  resource_remove: { args: ResourceId; answer: Array<Receipt> };
  login_begin: { args: LoginBegin; answer: LoginStarted };
  login_reopen: { args: LoginId; answer: LoginStarted };
  login_paste: { args: LoginPaste; answer: Grant };
  login_cancel: { args: LoginId; answer: null };
  grant_refresh: { args: GrantId; answer: Grant };
  grant_revoke: { args: GrantId; answer: Receipt };
  agents_list: { args: null; answer: Array<Agent> };
  agent_add: { args: AgentAdd; answer: AgentKey };
  agent_remove: { args: AgentId; answer: null };
  permit_give: { args: PermitGive; answer: Agent };
  permit_remove: { args: PermitId; answer: Agent };
  events_list: { args: EventQuery; answer: Array<Event> };
}
