// Reads the Language Server Protocol's meta model and keeps what the selection names, with everything that it refers to.
import { pascal, unionName } from './csharp.mjs';

const bases = {
  string: { cs: 'string', shape: 'string' },
  DocumentUri: { cs: 'string', shape: 'string' },
  URI: { cs: 'string', shape: 'string' },
  RegExp: { cs: 'string', shape: 'string' },
  integer: { cs: 'int', shape: 'int', value: true },
  uinteger: { cs: 'int', shape: 'int', value: true },
  decimal: { cs: 'double', shape: 'number', value: true },
  boolean: { cs: 'bool', shape: 'bool', value: true },
};
const any = { cs: 'JsonElement', shape: 'any', value: true };
const nothing = { cs: 'Nothing', shape: 'object' };

export function readLsp(model, selection) {
  const structures = new Map(model.structures.map(s => [s.name, s]));
  const enumerations = new Map(model.enumerations.map(e => [e.name, e]));
  const aliases = new Map(model.typeAliases.map(a => [a.name, a]));
  const types = new Map();
  const roots = [];
  const rename = name => selection.types[name] ?? pascal(name);

  const isNull = t => t.kind === 'base' && t.name === 'null';
  const label = t => t.kind === 'array' ? `${label(t.element)}[]` : t.name ?? t.kind;

  /** The properties of a structure, those of its bases first. */
  function flatten(name) {
    const structure = structures.get(name);
    const omitted = new Set(selection.omitted[name] ?? []);
    const inherited = [...(structure.extends ?? []), ...(structure.mixins ?? [])].flatMap(b => flatten(b.name));
    const own = structure.properties.filter(p => !omitted.has(p.name));
    const names = new Set(own.map(p => p.name));
    return [...inherited.filter(p => !names.has(p.name) && !omitted.has(p.name)), ...own];
  }

  function extendsPosition(name) {
    return name === selection.positional || [...(structures.get(name).extends ?? []), ...(structures.get(name).mixins ?? [])].some(b => extendsPosition(b.name));
  }

  function property(owner, p) {
    let type = p.type;
    let nullable = false;
    if (type.kind === 'reference' && aliases.get(type.name)?.type.kind === 'or' && type.name !== 'LSPAny') type = narrow(type, `${owner}.${p.name}`);
    if (type.kind === 'or') {
      nullable = type.items.some(isNull);
      type = { kind: 'or', items: type.items.filter(i => !isNull(i)) };
      if (type.items.length === 1) type = type.items[0];
    }
    const result = { json: p.name, type: reference(type, `${owner}.${p.name}`), optional: !!p.optional, nullable };
    if (p.type.kind === 'stringLiteral') result.literal = p.type.value;
    return result;
  }

  function narrow(type, where) {
    const kept = selection.alternatives[where];
    if (!kept) return type;
    const items = expand(type);
    const chosen = items.filter(i => kept.includes(label(i)) || isNull(i));
    if (chosen.filter(i => !isNull(i)).length !== kept.length) throw new Error(`The selection for '${where}' names an alternative that the model does not have: ${items.map(label)}`);
    return chosen.length === 1 ? chosen[0] : { kind: 'or', items: chosen };
  }

  /** The alternatives of a union, unions within it opened. */
  function expand(type) {
    if (type.kind === 'or') return type.items.flatMap(expand);
    const alias = type.kind === 'reference' && aliases.get(type.name);
    if (alias && alias.type.kind === 'or' && type.name !== 'LSPAny' && !selection.merged.includes(type.name)) return expand(alias.type);
    return [type];
  }

  function reference(type, where) {
    type = narrow(type, where);
    switch (type.kind) {
      case 'base': return bases[type.name];
      case 'stringLiteral': return bases.string;
      case 'literal': return nothing;
      case 'array': {
        const element = reference(type.element, `${where}[]`);
        return { cs: `${element.cs}[]`, shape: 'array' };
      }
      case 'tuple': return { cs: `${reference(type.items[0], where).cs}[]`, shape: 'array' };
      case 'map': {
        const value = reference(type.value, `${where}{}`);
        return { cs: `Dictionary<string, ${value.cs}>`, shape: 'object' };
      }
      case 'or': return union(type, where);
      case 'reference': return named(type.name, where);
      default: throw new Error(`No rule for a type of kind '${type.kind}' at ${where}`);
    }
  }

  function union(type) {
    const items = expand(type).filter(i => !isNull(i));
    const cases = [];
    for (const item of items) {
      const known = reference(item, '');
      if (!cases.some(c => c.cs === known.cs)) cases.push(known);
    }
    if (cases.length === 1) return cases[0];
    const name = rename(unionName(cases));
    if (!types.has(name)) {
      types.set(name, { kind: 'union', name, cases });
      roots.push(name, ...cases.map(c => c.cs));
    }
    return { cs: name, shape: 'any' };
  }

  function merged(alias) {
    const name = rename(alias.name);
    if (!types.has(name)) {
      const members = alias.type.items.map(i => flatten(i.name));
      const names = [...new Set(members.flatMap(m => m.map(p => p.name)))];
      const record = { kind: 'record', name, properties: [] };
      types.set(name, record);
      record.properties = names.map(n => {
        const found = members.map(m => m.find(p => p.name === n));
        const first = found.find(Boolean);
        return property(alias.name, { ...first, optional: found.some(p => !p || p.optional) });
      });
    }
    return { cs: name, shape: 'object' };
  }

  function named(name, where) {
    if (name === 'LSPAny') return any;
    if (name === 'LSPObject') return any;
    const alias = aliases.get(name);
    if (alias) {
      if (selection.merged.includes(name)) return merged(alias);
      return reference(narrow(alias.type, name), where);
    }
    if (enumerations.has(name)) return enumeration(name);
    return structure(name);
  }

  function enumeration(name) {
    const e = enumerations.get(name);
    const text = e.type.name === 'string';
    const cs = rename(name);
    types.set(cs, { kind: text ? 'strings' : 'enum', name: cs, values: e.values });
    return text ? bases.string : { cs, shape: 'int', value: true, enumeration: true };
  }

  function structure(name) {
    const cs = rename(name);
    const properties = flatten(name);
    const required = properties.filter(p => !p.optional).map(p => p.name);
    const literals = Object.fromEntries(properties.filter(p => p.type.kind === 'stringLiteral').map(p => [p.name, p.type.value]));
    const positional = selection.records[name];
    if (!types.has(cs)) {
      const record = { kind: 'record', name: cs, properties: [], positional: !!positional };
      types.set(cs, record);
      if (extendsPosition(name)) record.interfaces = ['ITextDocumentPosition'];
      record.properties = properties.map(p => property(name, p));
    }
    return { cs, shape: 'object', value: !!positional, required, literals };
  }

  /** The type of a request's result: nullable when the model allows null. */
  function result(request) {
    const type = request.result;
    const items = type.kind === 'or' ? type.items : [type];
    if (items.length === 1 && isNull(items[0])) return 'Nothing?';
    const nullable = items.some(isNull);
    const kept = selection.results[request.method];
    const real = items.flatMap(expand).filter(i => !isNull(i)).filter(i => !kept || kept.includes(label(i)));
    if (real.length === 0) throw new Error(`The selection for the result of '${request.method}' keeps nothing.`);
    const cs = reference(real.length === 1 ? real[0] : { kind: 'or', items: real }, request.method).cs;
    roots.push(cs);
    return nullable ? `${cs}?` : cs;
  }

  function parameters(message) {
    if (!message.params) return 'Nothing?';
    const cs = reference(message.params, message.method).cs;
    roots.push(cs);
    return cs;
  }

  const find = (list, method) => list.find(m => m.method === method) ?? (() => { throw new Error(`The model has no message '${method}'.`); })();
  const requests = selection.requests.map(method => {
    const request = find(model.requests, method);
    return { name: pascal(request.typeName.replace(/Request$/, '')), method, params: parameters(request), result: result(request) };
  });
  const notifications = selection.notifications.map(method => {
    const notification = find(model.notifications, method);
    return { name: pascal(notification.typeName.replace(/Notification$/, '')), method, params: parameters(notification) };
  });
  for (const name of selection.extraEnumerations) enumeration(name);

  // Registration options are sent inside an open value, so nothing refers to them.
  for (const name of ['DidChangeWatchedFilesRegistrationOptions']) roots.push(structure(name).cs);
  roots.push('Nothing', 'JsonElement');
  return { types, roots, requests, notifications };
}
