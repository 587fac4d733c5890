/** QR version 14-M holds them; a denser code is not read by cheap phones. */
export const MAX_CAPSULE_BYTES = 330;
