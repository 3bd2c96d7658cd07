/** WeChat's files: the person's photos where they are, and a folder of the mini-program's own. */
const { mkdtempSync, readFileSync, statSync, unlinkSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { answering } = require('./storage.cjs')

function files() {
  const folder = mkdtempSync(path.join(tmpdir(), 'zheng-mp-'))
  const size = answering(({ filePath }) => ({ size: statSync(filePath).size }))
  const manager = {
    readFile: answering(({ filePath, encoding, position = 0, length }) => {
      if (encoding) return { data: readFileSync(filePath, encoding) }
      return { data: bytes(filePath).slice(position, length === undefined ? undefined : position + length) }
    }),
    writeFile: answering(({ filePath, data, encoding }) => void writeFileSync(filePath, typeof data === 'string' ? data : Buffer.from(data), encoding)),
    unlink: answering(({ filePath }) => void unlinkSync(filePath)),
    saveFile: answering(({ tempFilePath }) => ({ savedFilePath: tempFilePath })),
    getFileInfo: size,
    readFileSync: (filePath, encoding) => (encoding ? readFileSync(filePath, encoding) : bytes(filePath)),
    statSync: (filePath) => ({ size: statSync(filePath).size, isFile: () => true }),
  }
  return { env: { USER_DATA_PATH: folder }, getFileSystemManager: () => manager, getFileInfo: size }
}

function bytes(file) {
  const read = readFileSync(file)
  return read.buffer.slice(read.byteOffset, read.byteOffset + read.byteLength)
}

module.exports = { files }
