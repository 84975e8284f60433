// A ZIP archive whose files are stored as they are (APPNOTE 6.3.3).

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** `files`: name and bytes of each. */
export function archive(files) {
  const [parts, directory] = [[], []];
  let at = 0;
  for (const { name, buffer } of files) {
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2); // names in UTF-8
    common.writeUInt32LE(checksum(buffer), 10);
    common.writeUInt32LE(buffer.length, 14);
    common.writeUInt32LE(buffer.length, 18);
    common.writeUInt16LE(title.length, 22);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, title);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(0x04034b50, 0);
    parts.push(head, common, title, buffer);
    at += 30 + title.length + buffer.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return { name: 'chung-thu.zip', mimeType: 'application/zip', buffer: Buffer.concat([...parts, central, end]) };
}
