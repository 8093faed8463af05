import { bareAddress, withoutQuery } from '../redact/redactor.ts';
import { attributeText, textOf } from '../span/attribute.ts';
import { MESSAGING_DESTINATION, MESSAGING_OPERATION, PEER_ADDRESS, SERVER_ADDRESS } from '../span/semconv.ts';
import {
  type Attributes,
  KIND_CONSUMER,
  KIND_INTERNAL,
  KIND_PRODUCER,
  KIND_SERVER,
  type SpanLike,
  scopeOf,
} from '../span/span-like.ts';
import type { BoundedWords } from './bounded-words.ts';
import { FOLDED, foldIds } from './fold-ids.ts';

/** Systems with a kind of their own on the console; all others are `mq`. */
const OWN_MESSAGING_KINDS = new Set(['kafka', 'rocketmq', 'mqtt']);

const OPERATIONS: Readonly<Record<string, string>> = {
  create: 'publish',
  send: 'publish',
  publish: 'publish',
  receive: 'receive',
  poll: 'receive',
  process: 'process',
  deliver: 'process',
};

/** What a broker or a caller makes up for a queue of its own, such as that for the answers to one caller. */
const MADE_UP =
  /(?<=^amq\.(?:gen-|rabbitmq\.reply-to\.)).+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-z])[0-9a-f]{16,}(?![0-9a-z])/gi;

/** `mq:orders:publish`, `kafka:orders:process`. */
export function messagingName(span: SpanLike, system: string, destinations: BoundedWords): string {
  const { attributes } = span;
  const kind = OWN_MESSAGING_KINDS.has(system) ? system : 'mq';
  const destination =
    socketIoEvent(attributes) ||
    attributeText(attributes, MESSAGING_DESTINATION) ||
    textOf(attributes['messaging.rabbitmq.routing_key']) ||
    textOf(attributes['messaging.rabbitmq.destination.routing_key']) ||
    'default';
  const known = destinations.of(part(destination.slice(0, PART_LOOKED_AT).replace(MADE_UP, FOLDED)));
  return `${kind}:${known}:${operationOf(span)}`;
}

function operationOf(span: SpanLike): string {
  const operation = attributeText(span.attributes, MESSAGING_OPERATION).toLowerCase();
  const known = OPERATIONS[operation];
  if (known !== undefined) return known;
  if (span.kind === KIND_PRODUCER) return 'publish';
  return span.kind === KIND_CONSUMER ? 'process' : 'receive';
}

/** `chat/message`, or `message` in the namespace that all are in: what the event is called tells more than where. */
function socketIoEvent(attributes: Attributes): string {
  const event = textOf(attributes['messaging.socket.io.event_name']);
  const namespace = attributeText(attributes, MESSAGING_DESTINATION).replace(/^\//, '');
  return event === '' || namespace === '' ? event : `${namespace}/${event}`;
}

/** A call of a service: `rpc:shop.Greeter/Hello`; answering one: `/shop.Greeter/Hello`, the path on the wire. */
export function rpcName(span: SpanLike): string {
  const service = textOf(span.attributes['rpc.service']);
  const method = textOf(span.attributes['rpc.method']);
  const operation = [service, method].filter((each) => each !== '').join('/') || span.name;
  return `${span.kind === KIND_SERVER ? '/' : 'rpc:'}${part(operation)}`;
}

/** `dns:<host>`; the instrumentation tells only the address it found. */
export function dnsName(span: SpanLike, hosts: BoundedWords): string {
  const host =
    textOf(span.attributes['dns.question.name']) ||
    textOf(span.attributes['peer.ipv4']) ||
    textOf(span.attributes['peer.ipv6']);
  return host === '' ? span.name : `dns:${hosts.of(host)}`;
}

/** `socket:<host>`. */
export function socketName(span: SpanLike, hosts: BoundedWords): string {
  const host = attributeText(span.attributes, SERVER_ADDRESS) || attributeText(span.attributes, PEER_ADDRESS);
  return host === '' ? part(span.name) : `socket:${hosts.of(bareAddress(host))}`;
}

/**
 * A layer of a framework: its own name, with the parameters of a route in braces, since a colon would begin a
 * kind on the console, without the source text that unnamed plugins bring, and without what a caller chose: the
 * operation's name and the fields of GraphQL, and ids.
 */
export function layerName(span: SpanLike): string {
  if (scopeOf(span) === '@opentelemetry/instrumentation-graphql') return span.name.split(' ', 1)[0] ?? '';
  const name = span.kind === KIND_INTERNAL ? span.name : foldIds(withoutQuery(span.name));
  const readable = SOURCE_TEXT.test(name) ? `${name.slice(0, 40).split(' - ', 1)[0]} - (anonymous)` : name;
  return readable.replace(/\/:(\w+)/g, '/{$1}').replaceAll(':', ' ');
}

const PART_LOOKED_AT = 500;
const SOURCE_TEXT = /=>|\n|\bfunction\b/;

function part(text: string): string {
  return bareAddress(text.slice(0, PART_LOOKED_AT)).slice(0, 120).replaceAll(':', '_');
}
