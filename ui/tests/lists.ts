// Hosts with these servers, or with these agents: they answer a search and a limit as the host does.
import type { Agent } from '../src/bindings/Agent';
import type { AgentPage } from '../src/bindings/AgentPage';
import type { ListQuery } from '../src/bindings/ListQuery';
import type { Resource } from '../src/bindings/Resource';
import type { ResourcePage } from '../src/bindings/ResourcePage';
import type { Status } from '../src/bindings/Status';
import { agent, server, status } from './fixtures';

function page<T>(all: T[], textOf: (one: T) => string, { search, limit }: ListQuery) {
  const wanted = (search ?? '').toLowerCase();
  const fits = all.filter((one) => textOf(one).toLowerCase().includes(wanted));
  return { rows: fits.slice(0, limit ?? fits.length), total: fits.length };
}

export const servers = (all: Resource[]) => ({
  resources_list: (query: ListQuery): ResourcePage => {
    const { rows, total } = page(all, ({ name, uri }) => `${name} ${uri}`, query);
    return { servers: rows, total };
  },
  status: (): Status => status({}, { servers: all.length }),
});

export const agents = (all: Agent[]) => ({
  agents_list: (query: ListQuery): AgentPage => {
    const { rows, total } = page(all, ({ name }) => name, query);
    return { agents: rows, total };
  },
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** So many servers, the first of which is the one that has a page. */
export const manyServers = (count: number): Resource[] =>
  numbers(count).map((number) => ({
    ...server().resource,
    id: `r${number}`,
    name: `Server ${number}`,
    uri: `https://mcp${number}.example.com/mcp`,
  }));

export const manyAgents = (count: number): Agent[] =>
  numbers(count).map((number) => agent({ id: `agent-${number}`, name: `Agent ${number}` }));
