// The private half of a controller's key, as a file: PKCS #8 in PEM, locked by a passphrase (PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC),
// which openssl and tools/rights_desk.py read too. The file is read on the machine where it lies; nothing of it is sent anywhere.

import { fromBase64, toBase64 } from "./sealing.js";

export class NotAKey extends Error {}
export class WrongPassphrase extends Error {}

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const ROUNDS = 600000;
const OF = {
  pbes2: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d],
  pbkdf2: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c],
  hmacSha256: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09],
  aes256cbc: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a],
};
const [SEQUENCE, INTEGER, OCTETS, NOTHING, OBJECT] = [0x30, 0x02, 0x04, 0x05, 0x06];

// Does this file ask for a passphrase?
export function isLocked(pem) {
  return pem.includes("ENCRYPTED PRIVATE KEY");
}

// The pair of keys of a file; `passphrase` is read only when the file is locked. Raises NotAKey, WrongPassphrase.
export async function readKeyFile(pem, passphrase = "") {
  const found = /-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----([\s\S]+?)-----END/.exec(pem);
  if (!found) throw new NotAKey();
  const clear = isLocked(pem) ? await unlocked(fromBase64(found[1]), passphrase) : fromBase64(found[1]);
  try {
    return await pairOf(clear);
  } catch (refused) {
    throw isLocked(pem) ? new WrongPassphrase() : new NotAKey();
  } finally {
    clear.fill(0);
  }
}

// A new pair: the file of its private half, locked, and its public half as PEM and as 65 bytes.
export async function newKeyFile(passphrase) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const clear = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const file = armoured("ENCRYPTED PRIVATE KEY", await locked(clear, passphrase));
  clear.fill(0);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return { file, publicPem: armoured("PUBLIC KEY", spki), raw };
}

async function pairOf(pkcs8) {
  const whole = await crypto.subtle.importKey("pkcs8", pkcs8, CURVE, true, ["deriveBits"]);
  const { x, y } = await crypto.subtle.exportKey("jwk", whole);
  const publicKey = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y }, CURVE, true, []);
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, CURVE, false, ["deriveBits"]);
  return { privateKey, publicKey };
}

async function keyOf(passphrase, salt, iterations, use) {
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, base, { name: "AES-CBC", length: 256 }, false, [use]);
}

async function unlocked(bytes, passphrase) {
  const { salt, iterations, iv, ciphertext } = parts(bytes);
  const key = await keyOf(passphrase, salt, iterations, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, ciphertext));
  } catch (refused) {
    throw new WrongPassphrase();
  }
}

async function locked(clear, passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const key = await keyOf(passphrase, salt, ROUNDS, "encrypt");
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, clear));
  const rounds = der(INTEGER, [(ROUNDS >> 16) & 255, (ROUNDS >> 8) & 255, ROUNDS & 255]);
  const digest = der(SEQUENCE, der(OBJECT, OF.hmacSha256), der(NOTHING));
  const derivation = der(SEQUENCE, der(OBJECT, OF.pbkdf2), der(SEQUENCE, der(OCTETS, salt), rounds, digest));
  const cipher = der(SEQUENCE, der(OBJECT, OF.aes256cbc), der(OCTETS, iv));
  const how = der(SEQUENCE, der(OBJECT, OF.pbes2), der(SEQUENCE, derivation, cipher));
  return der(SEQUENCE, how, der(OCTETS, ciphertext));
}

// What locks a file, or NotAKey when it is locked in a way that this page does not know.
function parts(bytes) {
  const [how, sealed] = children(bytes, SEQUENCE);
  const [scheme, told] = children(how.whole, SEQUENCE);
  const [derivation, cipher] = children(told.whole, SEQUENCE);
  const [function_, settings] = children(derivation.whole, SEQUENCE);
  const [salt, rounds, ...rest] = children(settings.whole, SEQUENCE);
  const [digest] = rest.length ? children(rest.at(-1).whole, SEQUENCE) : [];
  const [method, iv] = children(cipher.whole, SEQUENCE);
  const known = is(scheme, OF.pbes2) && is(function_, OF.pbkdf2) && is(digest, OF.hmacSha256) && is(method, OF.aes256cbc);
  if (!known) throw new NotAKey();
  const iterations = rounds.content.reduce((sum, byte) => sum * 256 + byte, 0);
  return { salt: salt.content, iterations, iv: iv.content, ciphertext: sealed.content };
}

function is(element, object) {
  return element !== undefined && element.content.length === object.length && object.every((byte, place) => element.content[place] === byte);
}

function children(bytes, tag) {
  const outer = element(bytes, 0);
  if (outer.tag !== tag) throw new NotAKey();
  const found = [];
  for (let place = 0; place < outer.content.length; ) {
    const one = element(outer.content, place);
    found.push(one);
    place += one.whole.length;
  }
  return found;
}

function element(bytes, start) {
  let [length, head] = [bytes[start + 1], 2];
  if (length & 128) {
    const many = length & 127;
    length = bytes.subarray(start + 2, start + 2 + many).reduce((sum, byte) => sum * 256 + byte, 0);
    head += many;
  }
  const end = start + head + length;
  if (!(end <= bytes.length)) throw new NotAKey();
  return { tag: bytes[start], content: bytes.subarray(start + head, end), whole: bytes.subarray(start, end) };
}

function der(tag, ...contents) {
  const length = contents.reduce((sum, one) => sum + one.length, 0);
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 129, length] : [tag, 130, length >> 8, length & 255];
  const made = new Uint8Array(head.length + length);
  made.set(head);
  let place = head.length;
  for (const one of contents) {
    made.set(one, place);
    place += one.length;
  }
  return made;
}

function armoured(label, bytes) {
  return [`-----BEGIN ${label}-----`, ...toBase64(bytes).match(/.{1,64}/g), `-----END ${label}-----`, ""].join("\n");
}
