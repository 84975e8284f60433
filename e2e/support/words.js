// The portal's own words, so that a journey reads the same in both languages and follows a rewording.
import { readFileSync } from 'node:fs';

const locales = Object.fromEntries(
  ['vi', 'en'].map((lang) => {
    const file = new URL(`../../app/locales/${lang}.json`, import.meta.url);
    return [lang, JSON.parse(readFileSync(file, 'utf8'))];
  }),
);

/** `say('vi')('people.submit')`; values fill the placeholders: `t('people.within', { unit })`. */
export function say(lang) {
  return (key, values = {}) => {
    const text = key.split('.').reduce((node, part) => node?.[part], locales[lang]);
    if (typeof text !== 'string') throw new Error(`no words «${key}» in ${lang}.json`);
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };
}

/** A pattern for words whose placeholders may be anything. */
export function pattern(text) {
  const literal = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(literal.join('.+'));
}
