// Reads the Debug Adapter Protocol's JSON schema and keeps what the selection names, with everything that it refers to.
import { pascal, unionName } from './csharp.mjs';

const text = { cs: 'string', shape: 'string' };
const any = { cs: 'JsonElement', shape: 'any', value: true };

export function readDap(model, selection) {
  const definitions = model.definitions;
  const types = new Map();
  const roots = [];
  const rename = name => selection.types[name] ?? pascal(name);
  const part = name => definitions[name]?.allOf?.[1];

  function scalar(kind, schema) {
    switch (kind) {
      case 'string': return text;
      case 'boolean': return { cs: 'bool', shape: 'bool', value: true };
      case 'number': return { cs: 'double', shape: 'number', value: true };
      case 'integer': return schema.format === 'int32' || schema.format === undefined
        ? { cs: 'int', shape: 'int', value: true }
        : { cs: 'long', shape: 'number', value: true };
      default: throw new Error(`No rule for the type '${kind}'`);
    }
  }

  /** A C# type and whether null is a value of it. */
  function reference(schema, name) {
    if (schema.$ref) return { type: named(schema.$ref.split('/').pop()) };
    if (schema.oneOf || schema.anyOf) return { type: any };
    if (Array.isArray(schema.type)) {
      const kinds = schema.type.filter(t => t !== 'null');
      const nullable = kinds.length < schema.type.length;
      if (kinds.includes('object')) return { type: any };
      if (kinds.length === 1) return { type: scalar(kinds[0], schema), nullable };
      const cases = kinds.map(k => scalar(k, schema));
      const union = unionName(cases);
      types.set(union, { kind: 'union', name: union, cases });
      roots.push(union);
      return { type: { cs: union, shape: 'any' }, nullable };
    }
    if (schema.type === 'array') return { type: { cs: `${reference(schema.items, `${name}Item`).type.cs}[]`, shape: 'array' } };
    if (schema.type === 'object') {
      if (schema.properties) return { type: record(name, schema) };
      if (schema.additionalProperties && typeof schema.additionalProperties === 'object') {
        const value = reference(schema.additionalProperties, `${name}Value`);
        return { type: { cs: `Dictionary<string, ${value.type.cs}${value.nullable ? '?' : ''}>`, shape: 'object' } };
      }
      return { type: any };
    }
    return { type: scalar(schema.type, schema) };
  }

  function strings(name, schema) {
    const values = schema.enum ?? schema._enum;
    if (values && values.length > 1) types.set(name, { kind: 'strings', name, values: values.map(v => ({ name: v, value: v })) });
  }

  function record(name, schema, inherited = []) {
    const required = new Set(schema.required ?? []);
    if (types.has(name)) return { cs: name, shape: 'object' };
    const result = { kind: 'record', name, properties: [] };
    types.set(name, result);
    const own = Object.entries(schema.properties ?? {}).map(([json, s]) => {
      const { type, nullable } = reference(s, name + pascal(json));
      if (type === text && (s.enum || s._enum)) strings(name.replace(/(Body|Arguments|ResponseBody)$/, '') + pascal(json), s);
      return { json, type, optional: !required.has(json), nullable: !!nullable };
    });
    result.properties = [...inherited, ...own];
    return { cs: name, shape: 'object', required: [...required] };
  }

  function named(name) {
    const schema = definitions[name];
    if (selection.open.includes(name)) return any;
    if (schema.allOf) {
      const base = named(schema.allOf[0].$ref.split('/').pop());
      return record(rename(name), schema.allOf[1], types.get(base.cs).properties);
    }
    if (schema.type === 'string') {
      strings(rename(name), schema);
      return text;
    }
    return record(rename(name), schema);
  }

  function request(command) {
    const name = pascal(command);
    const schema = part(`${name}Request`) ?? (() => { throw new Error(`The model has no request '${command}'.`); })();
    const argument = schema.properties.arguments;
    const body = part(`${name}Response`)?.properties?.body;
    const required = (schema.required ?? []).includes('arguments');
    const params = argument ? reference(argument, `${name}Arguments`).type.cs : 'Nothing';
    const result = body ? reference(body, `${name}ResponseBody`).type.cs : 'Nothing';
    roots.push(params, result);
    return { name, method: command, params: required ? params : `${params}?`, result: result === 'Nothing' ? 'Nothing?' : result };
  }

  function event(name) {
    const schema = part(`${pascal(name)}Event`) ?? (() => { throw new Error(`The model has no event '${name}'.`); })();
    const body = schema.properties.body;
    const params = body ? reference(body, `${pascal(name)}EventBody`).type.cs : 'Nothing';
    roots.push(params);
    const required = (schema.required ?? []).includes('body');
    return { name: pascal(name), method: name, params: required ? params : `${params}?` };
  }

  const requests = selection.requests.map(request);
  const reverseRequests = selection.reverseRequests.map(request);
  const events = selection.events.map(event);
  roots.push(named('Message').cs, 'Nothing', 'JsonElement');
  return { types, roots, requests, reverseRequests, events };
}
