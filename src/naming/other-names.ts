import { attributeText, textOf } from '../span/attribute.ts';
import { MESSAGING_DESTINATION, MESSAGING_OPERATION, PEER_ADDRESS, SERVER_ADDRESS } from '../span/semconv.ts';
import { KIND_CONSUMER, KIND_PRODUCER, type SpanLike } from '../span/span-like.ts';

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

/** `mq:orders:publish`, `kafka:orders:process`. */
export function messagingName(span: SpanLike, system: string): string {
  const { attributes } = span;
  const kind = OWN_MESSAGING_KINDS.has(system) ? system : 'mq';
  const destination =
    attributeText(attributes, MESSAGING_DESTINATION) ||
    textOf(attributes['messaging.rabbitmq.routing_key']) ||
    textOf(attributes['messaging.rabbitmq.destination.routing_key']) ||
    'default';
  return `${kind}:${part(destination)}:${operationOf(span)}`;
}

function operationOf(span: SpanLike): string {
  const said = attributeText(span.attributes, MESSAGING_OPERATION).toLowerCase();
  const known = OPERATIONS[said];
  if (known !== undefined) return known;
  if (span.kind === KIND_PRODUCER) return 'publish';
  return span.kind === KIND_CONSUMER ? 'process' : 'receive';
}

/** `rpc:shop.Greeter/Hello`. */
export function rpcName(span: SpanLike): string {
  const service = textOf(span.attributes['rpc.service']);
  const method = textOf(span.attributes['rpc.method']);
  if (service === '' && method === '') return `rpc:${part(span.name)}`;
  return `rpc:${part([service, method].filter((each) => each !== '').join('/'))}`;
}

/** `dns:<host>`; the instrumentation tells only the address it found. */
export function dnsName(span: SpanLike): string {
  const host =
    textOf(span.attributes['dns.question.name']) ||
    textOf(span.attributes['peer.ipv4']) ||
    textOf(span.attributes['peer.ipv6']);
  return host === '' ? span.name : `dns:${host}`;
}

/** `socket:<host>`. */
export function socketName(span: SpanLike): string {
  const host = attributeText(span.attributes, SERVER_ADDRESS) || attributeText(span.attributes, PEER_ADDRESS);
  return host === '' ? part(span.name) : `socket:${host}`;
}

/**
 * A layer of a framework: its own name, with the parameters of a route in braces, since a colon would begin a
 * kind on the console, and without the source text that unnamed plugins bring.
 */
export function layerName(name: string): string {
  const readable = SOURCE_TEXT.test(name) ? `${name.split(' - ', 1)[0]?.slice(0, 40)} - (anonymous)` : name;
  return readable.replace(/\/:(\w+)/g, '/{$1}').replaceAll(':', ' ');
}

const SOURCE_TEXT = /=>|\n|\bfunction\b/;

function part(text: string): string {
  return text.slice(0, 120).replaceAll(':', '_');
}
