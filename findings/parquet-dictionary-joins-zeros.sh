#!/usr/bin/env bash
# hyparquet-writer 0.17.0 writes a DOUBLE column with repeated values through a dictionary that does not tell 0 from -0: all
# zeros are read back with the sign of the first one. IEEE 754 doubles have both, and Parquet stores both.
#
# One would guess that a double is read back as the double that was written. Here: relu-atlas's partition files write zeros
# without a sign (src/analysis/files/partition.ts), so that nothing depends on the order of rows.
#
# Seen: 1000 alternating zeros that begin with -0 are read back as 1000 times -0; begun with 0, as none. Exits non-zero when
# that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hyparquet-writer@0.17.0 hyparquet@1.33.0
cat >look.mjs <<'JS'
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
const negatives = async (first) => {
  const data = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? first : -first));
  const file = parquetWriteBuffer({ columnData: [{ name: 'v', data, type: 'DOUBLE' }] });
  return (await parquetReadObjects({ file })).filter(({ v }) => Object.is(v, -0)).length;
};
console.log(await negatives(-0), await negatives(0));
JS
seen=$(node look.mjs)
echo "$seen"
[ "$seen" = '1000 0' ]
