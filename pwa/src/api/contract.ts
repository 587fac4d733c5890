/**
 * What the pages take the server's answers for, held against what the server itself says of them.
 *
 * `openApi.ts` is made from the service's OpenAPI document (`make api-types`; a test fails when it is stale). The pages
 * keep their own, documented interfaces, in the pages' words, a file for each of the service's `…_wire.py`; this file is
 * only compiled, never loaded. A field that the server does not send, or sends as something else, is an error here.
 */
import type { Account, AccountNotice, Passkey, Session } from "./accountTypes.ts";
import type { components } from "./openApi.ts";
import type * as Rights from "./rightsTypes.ts";
import type * as Sharing from "./sharingTypes.ts";
import type * as Staff from "./staffTypes.ts";
import type * as Wire from "./types.ts";

type Schemas = components["schemas"];

/** A shape with its fields, nesting and nulls; a code is any string here, since pages name only those they expect. */
type Shape<T> = T extends string ? string : T extends object ? { [Field in keyof T]-?: Shape<T[Field]> } : T;

/** Compiles only when the server sends every field that the pages take, as what they take it for. */
type Fits<Said extends Taken, Taken> = [Said, Taken];

export type Contract = [
  Fits<Shape<Schemas["Configuration"]>, Shape<Wire.Configuration>>,
  Fits<Shape<Schemas["Me"]>, Shape<Wire.Me>>,
  Fits<Shape<Schemas["ChildSummary"]>, Shape<Wire.Child>>,
  Fits<Shape<Schemas["CardSummary"]>, Shape<Wire.CardSummary>>,
  Fits<Shape<Schemas["Card"]>, Shape<Wire.Card>>,
  Fits<Shape<Schemas["Confirmation"]>, Shape<Wire.Confirmation>>,
  Fits<Shape<Schemas["AccountRead"]>, Shape<Account>>,
  Fits<Shape<Schemas["Passkey"]>, Shape<Passkey>>,
  Fits<Shape<Schemas["SessionListed"]>, Shape<Session>>,
  Fits<Shape<Schemas["Notice"]>, Shape<AccountNotice>>,
  Fits<Shape<Schemas["RequestList"]>, Shape<Rights.Requests>>,
  Fits<Shape<Schemas["RequestAnswer"]>, Shape<Rights.FamilyRequest>>,
  Fits<Shape<Schemas["GuardiansOfPupil"]>, Shape<Rights.GuardiansOfPupil>>,
  Fits<Shape<Schemas["AccountDeleted"]>, Shape<Rights.AccountDeleted>>,
  Fits<Shape<Schemas["ShareList"]>, Shape<Sharing.Shares>>,
  Fits<Shape<Schemas["ShareMade"]>, Shape<Sharing.ShareMade>>,
  Fits<Shape<Schemas["ShareOffer"]>, Shape<Sharing.ShareOffer>>,
  Fits<Shape<Schemas["SharedCards"]>, Shape<Sharing.SharedCards>>,
  Fits<Shape<Schemas["History"]>, Shape<Sharing.History>>,
  Fits<Shape<Schemas["StaffMe"]>, Shape<Staff.StaffMe>>,
  Fits<Shape<Schemas["People"]>, Shape<Staff.People>>,
  Fits<Shape<Schemas["Person"]>, Shape<Staff.Person>>,
  Fits<Shape<Schemas["Invitation"]>, Shape<Staff.Invitation>>,
  Fits<Shape<Schemas["InvitedPerson"]>, Shape<Staff.InvitedPerson>>,
  Fits<Shape<Schemas["SigningLists"]>, Shape<Staff.SigningLists>>,
  Fits<Shape<Schemas["SigningListAnswer"]>, Shape<Staff.SigningListContent>>,
  Fits<Shape<Schemas["ListedCardAnswer"]>, Shape<Staff.ListedCardContent>>,
  Fits<Shape<Schemas["BatchStatus"]>, Shape<Staff.Batch>>,
  Fits<Shape<Schemas["Batches"]>, Shape<Staff.Batches>>,
];
