// What is sealed leaves the page only as bytes that its addressee alone opens: HPKE (RFC 9180), DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
// AES-256-GCM. rights/envelopes/sealing.py says the same on the server's side. An ES module: nothing runs until it is called.

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "../../vendor/hpke/hpke.js";

export const REQUEST = "guichet/rights/1";
export const ANSWER = "guichet/rights/answer/1";
export const COMPLEMENT = "guichet/rights/complement/1";
// The sizes to which what is sealed is padded, in bytes, and what sealing adds to them.
export const SIZES = [4, 16, 64, 256, 1024, 2048, 4096, 8192].map((kib) => kib * 1024);
export const OVERHEAD = 65 + 16;
const LENGTH = 4;
const SECRET = "GUICHET-1-";

const suite = () => new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const text = new TextEncoder();

export class TooLarge extends Error {}
export class NotOpened extends Error {}

// Can this browser seal at all? Without it the page keeps to what works without any script.
export function canSeal() {
  return Boolean(globalThis.crypto && crypto.subtle && crypto.getRandomValues);
}

export function toBase64(bytes) {
  let letters = "";
  for (let start = 0; start < bytes.length; start += 32768) letters += String.fromCharCode(...bytes.subarray(start, start + 32768));
  return btoa(letters);
}

export function fromBase64(words) {
  return Uint8Array.from(atob(words.replace(/\s+/g, "")), (letter) => letter.charCodeAt(0));
}

// The name of a public key, or of any bytes: their SHA-256, in hexadecimal.
export async function fingerprint(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What a request is bound to: a database, and one key.
export function infoOf(databaseSlug, keyFingerprint) {
  return text.encode([REQUEST, databaseSlug, keyFingerprint].join("|"));
}

// What a message is bound to besides: whether it is an ANSWER or a COMPLEMENT, and the number of the request at this controller.
export function messageInfo(kind, databaseSlug, keyFingerprint, number) {
  return text.encode([kind, databaseSlug, keyFingerprint, number].join("|"));
}

export function padded(bytes) {
  const size = SIZES.find((one) => one >= LENGTH + bytes.length);
  if (size === undefined) throw new TooLarge();
  const content = new Uint8Array(size);
  new DataView(content.buffer).setUint32(0, bytes.length);
  content.set(bytes, LENGTH);
  return content;
}

export function unpadded(content) {
  const end = SIZES.includes(content.length) ? LENGTH + new DataView(content.buffer, content.byteOffset).getUint32(0) : Infinity;
  if (end > content.length || content.subarray(end).some((byte) => byte !== 0)) throw new NotOpened();
  return content.subarray(LENGTH, end);
}

// Seal an object to a public key of 65 bytes, bound to `info`; the answer is a Uint8Array.
export async function sealTo(publicKeyRaw, info, payload) {
  const content = padded(text.encode(JSON.stringify(payload)));
  const with_ = suite();
  const recipientPublicKey = await with_.kem.deserializePublicKey(publicKeyRaw);
  const sender = await with_.createSenderContext({ recipientPublicKey, info });
  const ciphertext = new Uint8Array(await sender.seal(content));
  const enc = new Uint8Array(sender.enc);
  const sealed = new Uint8Array(enc.length + ciphertext.length);
  sealed.set(enc);
  sealed.set(ciphertext, enc.length);
  return sealed;
}

// Seal a request to the key of the controller of one database; the answer is a Uint8Array.
export async function seal(publicKeyRaw, databaseSlug, payload) {
  return sealTo(publicKeyRaw, infoOf(databaseSlug, await fingerprint(publicKeyRaw)), payload);
}

// What was sealed, as an object; NotOpened for another key, another database, or bytes that changed. `privateKey` is a pair of CryptoKeys,
// as `newReplyKey`, `replyKeyFrom` and key-file.js give it.
export async function openSealed(privateKey, info, bytes) {
  try {
    const with_ = suite();
    const recipient = await with_.createRecipientContext({ recipientKey: privateKey, enc: bytes.slice(0, 65), info });
    const content = new Uint8Array(await recipient.open(bytes.slice(65)));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(unpadded(content)));
  } catch (refused) {
    throw new NotOpened();
  }
}

// A key pair for the answers to one request. `publicKey` (Base64) travels inside the envelopes; `secret` is one line of text that stays with
// the person: on the receipt, never sent.
export async function newReplyKey() {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { pair, publicKey: toBase64(raw), secret: SECRET + [unpaddedBase64(raw.subarray(1)), d].join(".") };
}

// The pair of keys of a secret line, or of a whole receipt that holds it; NotOpened when there is none in it.
export async function replyKeyFrom(written) {
  const line = /GUICHET-1-([A-Za-z0-9_-]{86})\.([A-Za-z0-9_-]{43})/.exec(written.replace(/\s+/g, ""));
  if (!line) throw new NotOpened();
  const raw = fromBase64(line[1].replace(/-/g, "+").replace(/_/g, "/") + "==");
  const [x, y] = [raw.subarray(0, 32), raw.subarray(32)].map(unpaddedBase64);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  try {
    const privateKey = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y, d: line[2] }, curve, false, ["deriveBits"]);
    const publicKey = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y }, curve, true, []);
    return { privateKey, publicKey };
  } catch (refused) {
    throw new NotOpened();
  }
}

// The 65 bytes of the public half of a pair.
export async function publicOf(pair) {
  return new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
}

function unpaddedBase64(bytes) {
  return toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
