// The portal's own words, so that a journey reads the same in both languages and follows a rewording.
import { readFileSync } from 'node:fs';

const read = (crate) =>
  Object.fromEntries(
    ['vi', 'en'].map((lang) => {
      const file = new URL(`../../${crate}/locales/${lang}.json`, import.meta.url);
      return [lang, JSON.parse(readFileSync(file, 'utf8'))];
    }),
  );
// the public page has words of its own
const locales = { app: read('app'), server: read('server') };

// `{count}`, and `{count|thing|things}` by number
const PLACEHOLDER = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g;

/** `say('vi')('people.submit')`; values fill the placeholders: `t('people.within', { unit })`. */
export function say(lang, crate = 'app') {
  return (key, values = {}) => {
    const text = key.split('.').reduce((node, part) => node?.[part], locales[crate][lang]);
    if (typeof text !== 'string') throw new Error(`no words «${key}» in ${crate}/locales/${lang}.json`);
    return text.replace(PLACEHOLDER, (whole, name, one, many) => {
      if (one === undefined) return values[name] ?? whole;
      return values[name] === '1' ? one : many;
    });
  };
}

/** A pattern for words whose placeholders may be anything. */
export function pattern(text) {
  return new RegExp(text.split(/\{[^}]+\}/).map(literal).join('.+'));
}

/** A pattern for a label that begins with these words: it may say after them that it is optional. */
export function beginning(text) {
  return new RegExp(`^${literal(text)}`);
}

/** A pattern for a text that contains these words. */
export function containing(text) {
  return new RegExp(literal(text));
}

/** Letters that no other journey has used: names take no digits. */
export function uniqueWord() {
  const word = Date.now().toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[digit]);
  return word[0].toUpperCase() + word.slice(1);
}

function literal(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
