import { z } from 'zod';
import { CONFIG } from './config.ts';

export interface ConfigKey {
  /** Dotted; words in capitals stand for a name: `prices.MODEL.input`. */
  readonly key: string;
  readonly type: string;
  readonly text: string;
  readonly default?: unknown;
}

/** Every key that can be set, from the schema itself. */
export const configKeys = (): readonly ConfigKey[] => keysIn('', z.toJSONSchema(CONFIG, { io: 'input' }));

/** Whether there is such a key, or keys below it. A name may hold dots: model ids do. */
export function isConfigKey(name: string): boolean {
  return configKeys().some(({ key }) => {
    const words = key.split('.').map((word) => (/^[A-Z]+$/u.test(word) ? '.+' : word));
    return words.some((_, at) => new RegExp(`^${words.slice(0, at + 1).join('\\.')}$`, 'u').test(name));
  });
}

type Shape = z.core.JSONSchema._JSONSchema;

function keysIn(path: string, shape: Shape): readonly ConfigKey[] {
  if (typeof shape === 'boolean') return [];
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (shape.properties) return Object.entries(shape.properties).flatMap(([name, one]) => keysIn(at(name), one));
  const { propertyNames: names, additionalProperties: each } = shape;
  if (typeof names === 'object' && each !== undefined) return keysIn(at(names.title ?? 'NAME'), each);
  return [{ key: path, type: typeOf(shape), text: shape.description ?? '', ...(shape.default === undefined ? {} : { default: shape.default }) }];
}

function typeOf(shape: Shape): string {
  if (typeof shape === 'boolean') return 'JSON';
  if (shape.enum) return shape.enum.map(String).join(' | ');
  if (shape.anyOf) return shape.anyOf.map(typeOf).join(' | ');
  if (shape.type === 'array') return `list of ${typeOf(Array.isArray(shape.items) ? true : (shape.items ?? true))}`;
  return [shape.type ?? 'JSON'].flat().join(' | ');
}
