/** Where people come in: parents and staff each have their own session, pages and part of the API. */
export interface Door {
  readonly api: "/api/access" | "/api/staff";
  readonly enrol: string;
  readonly login: string;
  /** Whether the passkey alone is enough, without saying first whose it is. */
  readonly passkeyAlone: boolean;
  /** First page behind the login. */
  readonly home: string;
  /** Pages that a login may lead back to; nothing else is ever opened after one. */
  readonly pages: RegExp;
}

export const PARENTS: Door = {
  api: "/api/access",
  enrol: "/kich-hoat",
  login: "/dang-nhap",
  passkeyAlone: true,
  home: "/con",
  pages: /^\/(?:hoc-ba\/[0-9a-f-]{36}|chia-se(?:\/moi)?|nhat-ky|yeu-cau|tai-khoan)(?:\?[\w%&=+.*-]*)?$/,
};

export const STAFF: Door = {
  api: "/api/staff",
  enrol: "/truong/kich-hoat",
  login: "/truong/dang-nhap",
  passkeyAlone: false,
  home: "/truong",
  pages: /^\/truong\/(?:ky\/[0-9a-f-]{36}(?:\/[0-9a-f-]{36})?|luot-ky\/[0-9a-f-]{36}|can-bo\/[0-9A-Za-z]{1,20})$/,
};
