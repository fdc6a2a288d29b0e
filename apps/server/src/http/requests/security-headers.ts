import type { FastifyReply } from 'fastify'

/**
 * Allows scripts and styles from our own files only. React sets sizes through the CSSOM, which CSP does not restrict.
 */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export function setSecurityHeaders(reply: FastifyReply, secure: boolean): void {
  reply.header('content-security-policy', CSP)
  reply.header('x-content-type-options', 'nosniff')
  reply.header('referrer-policy', 'no-referrer')
  reply.header('cross-origin-opener-policy', 'same-origin')
  reply.header('x-frame-options', 'DENY')
  // Replies hold tokens, payloads, and data that only this caller may see, so neither a browser nor a proxy may cache
  // them. Files that are the same for everyone set their own header.
  reply.header('cache-control', 'no-store')
  if (secure) reply.header('strict-transport-security', 'max-age=31536000')
}
