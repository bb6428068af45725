import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slug } from '../src/slug.js';

test('words are joined by dashes', () => {
  assert.equal(slug('Hello World'), 'hello-world');
});

test('digits stay', () => {
  assert.equal(slug('Top 10'), 'top-10');
});
