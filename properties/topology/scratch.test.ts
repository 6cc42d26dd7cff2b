import { it } from 'vitest';
import { cube } from '../../src/network/index.js';
import { networkOfJsonValue } from '../../src/formats/json/network.js';
import { readFileSync } from 'node:fs';
import { homologyOf, setComplex } from '../../src/topology/index.js';
import { rational } from '../../src/exact/index.js';
it('x', () => {
  // |x| + |y|
  const net = networkOfJsonValue({ format:'relu-atlas-network', version:1, inputs:2, layers: [{ weights: [[1,0],[0,1]], bias: [0,0], activation:'abs' }, { weights: [[1,1]], bias: [0], activation:'linear' }] }).network;
  const h = (kind: any, n: number, d: number) => homologyOf(setComplex(net, cube(2,-1,1), { kind, output: 0, level: rational(BigInt(n), BigInt(d)) }).faces, 'Z');
  console.log(h('equal',1,2), h('above',1,2).betti, h('below',1,2).betti, h('above', 3, 2).betti, h('equal',1,1).betti, h('above',2,1), h('above',5,2), homologyOf(setComplex(net, cube(2,-1,1), {kind:'all'}).faces,'Q'));
  const demo = networkOfJsonValue(JSON.parse(readFileSync('fixtures/networks/demo_2-8-8-1.json','utf8'))).network;
  for (const field of ['Q','GF2','Z'] as const) console.log(homologyOf(setComplex(demo, cube(2,-1,1), {kind:'equal', output:0, level: rational(0n)}).faces, field));
});
